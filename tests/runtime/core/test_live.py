"""Hub, sessions and feeds: whoever comes when, everybody ends with the same view."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from core_live import Stage, Step, Try, Viewer, a_turn, attempt, finished, settle, started
from core_log import SESSION, said
from hypothesis import given
from hypothesis import strategies as st

from runtime.events import ResponseChunk, ToolCallChunk
from runtime.ids import CallId
from runtime.live import hub as hub_module
from runtime.live.hub import RING_BYTES
from runtime.view import ThreadView

Tries = st.lists(
    st.builds(
        Try,
        thinking=st.integers(0, 2),
        pieces=st.integers(0, 3),
        opens=st.sampled_from((0, 1, 9)),
        thinks_again=st.booleans(),
    ),
    min_size=1,
    max_size=3,
)
Turns = st.lists(st.tuples(Tries, st.booleans()), min_size=1, max_size=3)


def script(runs: Sequence[Sequence[tuple[list[Try], bool]]]) -> list[Step]:
    """Whole tasks, one after the other; each may end in the middle of anything."""
    steps: list[Step] = []
    for ordinal, turns in enumerate(runs, start=1):
        steps.append((started(ordinal),))
        for turn, (tries, call) in enumerate(turns, start=1):
            steps += a_turn(tries, turn, call=call)
        steps.append((finished(),))
    return steps


async def play(
    stage: Stage, steps: Sequence[Step], come: Sequence[tuple[int, bool]], lazy: int
) -> list[ThreadView]:
    """Views at the end: of a viewer from the start, and of those who came at these steps, before
    the step was published or after it."""
    first = Viewer(stage)
    async with asyncio.TaskGroup() as tasks:
        watching = [tasks.create_task(first.watch())]
        late: list[Viewer] = []
        await settle()
        for place, step in enumerate(steps):
            if isinstance(step, tuple):
                stage.commit(*step)
            else:
                stage.chunk(step)
            for at, before in come:
                if at == place and before:
                    late.append(Viewer(stage, lazy))
                    watching.append(tasks.create_task(late[-1].watch()))
                    await asyncio.sleep(0)
            stage.publish()
            for at, before in come:
                if at == place and not before:
                    late.append(Viewer(stage, lazy))
                    watching.append(tasks.create_task(late[-1].watch()))
            await asyncio.sleep(0)
        await settle(60 + 20 * len(steps) * lazy)
        for task in watching:
            task.cancel()
    check_order([first, *late])
    return [viewer.view for viewer in (first, *late)]


def check_order(viewers: Sequence[Viewer]) -> None:
    for viewer in viewers:
        recorded = [seq for seq, delta in viewer.seen if delta is None]
        assert recorded == sorted(set(recorded)), "recorded events come once and in order"
        chunks = [(seq, delta) for seq, delta in viewer.seen if delta is not None]
        assert chunks == sorted(set(chunks)), "so do chunks"


Coming = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=3)


@given(
    runs=st.lists(Turns, min_size=1, max_size=2),
    upto=st.integers(1, 80),
    stops=st.booleans(),
    come=Coming,
    slow=st.integers(0, 4),
)
def test_a_late_viewer_sees_what_a_viewer_from_the_start_sees(
    runs: list[list[tuple[list[Try], bool]]],
    upto: int,
    stops: bool,
    come: list[tuple[int, bool]],
    slow: int,
) -> None:
    steps = script(runs)[:upto]
    steps += [(finished(), started(7))] if stops else []
    stage = Stage(slow=slow)
    come = [(at % len(steps), before) for at, before in come]
    first, *late = asyncio.run(play(stage, steps, come, 0))
    assert all(view == first for view in late)


@given(
    runs=st.lists(Turns, min_size=1, max_size=1), lazy=st.integers(1, 9), upto=st.integers(1, 60)
)
def test_a_slow_reader_catches_up_without_doubling_anything(
    runs: list[list[tuple[list[Try], bool]]], lazy: int, upto: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # The real backlog is 2,000: a property needs many short scripts, not one long one.
        patch.setattr(hub_module, "BACKLOG", 2)
        steps = script(runs)[:upto]
        first, *late = asyncio.run(play(Stage(), steps, [(0, False)], lazy))
    assert all(view == first for view in late)


async def watched(stage: Stage) -> Viewer:
    """A viewer who came just now and saw what there is."""
    viewer = Viewer(stage)
    task = asyncio.create_task(viewer.watch())
    await settle()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return viewer


async def test_a_late_viewer_gets_the_open_turn_from_its_start() -> None:
    stage = Stage()
    stage.say(started())
    for step in attempt(Try(thinking=1, pieces=3, opens=1), 1, 1):
        stage.say(*step) if isinstance(step, tuple) else stage.chunk(step)
    run = (await watched(stage)).view.run
    assert run is not None
    assert [answer.text for answer in run.answers] == ["<1.1.0><1.1.1><1.1.2>"]
    assert [thought.text for thought in run.thoughts] == ["00"]


async def test_an_answer_is_whole_before_it_is_recorded() -> None:
    """A pause may hold the run between its last turn and the answer's own event."""
    stage = Stage()
    stage.say(started())
    for step in a_turn([Try(pieces=2, opens=0)], 1, call=False)[:-1]:
        stage.say(*step) if isinstance(step, tuple) else stage.chunk(step)
    run = (await watched(stage)).view.run
    assert run is not None
    assert run.answers[0].text == "<1.1.0><1.1.1>"


async def test_the_ring_is_bounded_and_empty_after_the_end() -> None:
    stage = Stage()
    stage.say(started())
    for _ in range(40):
        stage.chunk(ToolCallChunk(call_id=CallId("c"), text="x" * 10_000))
    kept = stage.hub.ring(SESSION)
    size = sum(len(e.event.text) for e in kept if isinstance(e.event, ToolCallChunk))
    assert RING_BYTES - 10_000 < size <= RING_BYTES
    stage.say(finished())
    assert stage.hub.ring(SESSION) == []


async def test_a_reader_behind_the_real_backlog_reads_again() -> None:
    stage = Stage()
    stage.say(started())
    viewer = Viewer(stage)
    task = asyncio.create_task(viewer.watch())
    await settle()
    for n in range(5_000):
        stage.chunk(ResponseChunk(turn=1, text=f"{n} "))
        if n % 1_500 == 0:
            stage.say(said(str(n), message_id=str(n)))
    await settle()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [line.text for line in viewer.view.lines] == ["0", "1500", "3000", "4500"]
    draft = viewer.view.run and viewer.view.run.draft
    assert draft
    assert draft.text == "".join(f"{n} " for n in range(5_000))
    check_order([viewer])


async def test_a_feed_gives_the_newest_view_only() -> None:
    stage = Stage()
    stage.say(started(), said("one"))
    feed = await stage.sessions().view(SESSION)
    try:
        assert [line.text for line in feed.view.lines] == ["one"]
        assert await feed.changed() == feed.view
        for n in range(3):
            stage.say(said(f"more {n}", message_id=f"m{n}"))
        await settle()
        assert [line.text for line in (await feed.changed()).lines][1:] == [
            "more 0", "more 1", "more 2",
        ]  # fmt: skip
        waiting = asyncio.ensure_future(feed.changed())
        await settle()
        assert not waiting.done()
        stage.say(finished())
        assert (await waiting).run is not None
    finally:
        await feed.aclose()


async def test_leaving_takes_the_reader_out_of_the_hub() -> None:
    stage = Stage()
    stage.say(started())
    feed = await stage.sessions().view(SESSION)
    await feed.aclose()
    stage.hub.drop(SESSION)  # does nothing while somebody reads
    assert stage.hub.ring(SESSION) == []
    stage.chunk(ResponseChunk(turn=1, text="x"))
    (kept,) = stage.hub.ring(SESSION)
    assert kept.seq == 0


async def test_all_who_look_share_one_view_and_the_last_closes_it() -> None:
    stage = Stage()
    stage.say(started(), said("one"))
    sessions = stage.sessions()
    first, second = await asyncio.gather(sessions.view(SESSION), sessions.view(SESSION))
    assert first.view is second.view
    stage.say(said("two", message_id="2"))
    assert (await first.changed()) is (await second.changed())
    await first.aclose()
    await first.aclose()  # whoever leaves twice has left once
    stage.say(said("three", message_id="3"))
    await settle()
    assert [line.text for line in second.view.lines] == ["one", "two", "three"]
    third = await sessions.view(SESSION)
    assert third.view is second.view
    await second.aclose()
    await third.aclose()
    stage.hub.drop(SESSION)
    stage.chunk(ResponseChunk(turn=1, text="x"))
    assert stage.hub.ring(SESSION)[0].seq == 0, "nobody reads any more"


async def test_one_who_gives_up_while_it_opens_takes_it_from_nobody_else() -> None:
    stage = Stage(slow=5)
    stage.say(started(), said("one"))
    sessions = stage.sessions()
    hasty = asyncio.ensure_future(sessions.view(SESSION))
    patient = asyncio.ensure_future(sessions.view(SESSION))
    await asyncio.sleep(0)
    hasty.cancel()
    feed = await patient
    assert [line.text for line in feed.view.lines] == ["one"]
    await feed.aclose()
