"""Limits on tasks at once, with the whole runtime: many threads, one journal, a held model."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from core_crowd import Crowd, address
from core_host import any_command, shell
from core_log import ANN, BOB, EVE

from runtime.approvals import Duration
from runtime.decide import inbox
from runtime.events import ApprovalRequired, Outcome
from runtime.facts import Parked
from runtime.fairness import Capacity
from runtime.folds.fold import fold
from runtime.ids import SessionId, session_id
from runtime.ports import Guard, Output
from runtime.testing.model import Line

ONE = Capacity(total=1)
NEXT, BEHIND_ONE = "Waiting: this task is next.", "Waiting: 1 task is ahead."


async def test_fourteen_threads_share_three_places_and_people_take_turns(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, Capacity(total=3, per_person=2))
    async with crowd.open():
        anns = [f"a{n}" for n in range(12)]
        for name in anns:
            await crowd.say(name, ANN)
            await crowd.until(lambda name=name: is_told(crowd, name))
        await crowd.thinks("a0", "a1")
        assert await crowd.place("a5") == "Waiting: 3 tasks are ahead."
        await crowd.say("b", BOB)
        await crowd.thinks("a0", "a1", "b")
        await crowd.say("c", EVE)
        await crowd.until(lambda: is_told(crowd, "c"))
        crowd.model.let_go("a0")
        await crowd.ended("a0")
        await crowd.until(lambda: begins(crowd, "a2", "c"))
        for name in [*anns, "b", "c"]:
            crowd.model.let_go(name)
        for name in [*anns, "b", "c"]:
            assert (await crowd.ended(name)).outcome is Outcome.DONE
        assert crowd.model.most == 3
        own = [name for name in crowd.model.began if name in anns]
        # Two of them are let in at a time, and may speak to the model in either order.
        assert all(abs(own.index(name) - anns.index(name)) <= 1 for name in anns), own
        assert crowd.model.began.index("c") <= 6, "twelve tasks of Ann do not stand before Eve's"


async def test_a_place_is_told_when_it_changes_and_gone_when_it_is_taken(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, ONE)
    async with crowd.open():
        for name in ("a", "b", "c"):
            await crowd.say(name)
            await crowd.until(lambda name=name: is_told(crowd, name))
        await crowd.places({"a": "", "b": NEXT, "c": BEHIND_ONE})
        crowd.model.let_go("a")
        await crowd.thinks("b")
        await crowd.places({"a": "", "b": "", "c": NEXT})
        crowd.model.let_go("b")
        crowd.model.let_go("c")
        await crowd.ended("c")
        tags = [fact.type for fact in await crowd.facts("c")]
        assert (tags.count("run_queued"), tags.count("run_admitted")) == (2, 1)


async def test_waiting_is_no_work_and_calls_no_model(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, ONE)
    async with crowd.open():
        await crowd.say("a")
        await crowd.thinks("a")
        await crowd.say("b")
        await crowd.places({"b": NEXT})
        before = len(await crowd.facts("b"))
        for _ in range(20):  # sweeps
            crowd.service.clock.advance(100.0)
            await crowd.service.stirs()
        assert len(await crowd.facts("b")) == before, "only rows"
        assert (await crowd.facts("b"))[-1] == Parked(queued=True)
        assert crowd.model.began == ["a"]
        crowd.model.let_go("a")
        await crowd.thinks("b")
        state = await crowd.service.serving.service.journal.read(crowd_id("b"))
        spent = fold(crowd_id("b"), state).run
        assert spent is not None
        assert spent.spent.active.total_seconds() < 5.0
        crowd.model.let_go("b")
        await crowd.ended("b")


async def test_who_waits_can_be_stopped_at_once(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, ONE)
    async with crowd.open():
        for name in ("a", "b", "c"):
            await crowd.say(name)
            await crowd.until(lambda name=name: is_told(crowd, name))
        await crowd.tell("b", inbox.stop(BOB, "s"))
        finished = await crowd.ended("b")
        assert (finished.outcome, finished.reason) == (Outcome.CANCELLED, "Stopped by Bob.")
        await crowd.places({"b": "", "c": NEXT})
        await crowd.tell("a", inbox.stop(BOB, "s"))
        assert (await crowd.ended("a")).outcome is Outcome.CANCELLED
        await crowd.thinks("c")
        assert crowd.model.began == ["a", "c"]
        crowd.model.let_go("c")
        await crowd.ended("c")


async def test_words_to_a_task_that_waits_are_heard_when_it_begins(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, ONE)
    async with crowd.open():
        await crowd.say("a")
        await crowd.thinks("a")
        await crowd.say("b")
        await crowd.places({"b": NEXT})
        await crowd.say("b", text="and hurry")
        crowd.model.let_go("a")
        await crowd.thinks("b")
        crowd.model.let_go("b")
        await crowd.ended("b")
        assert "and hurry" in str(crowd.model.asked[-1])
        assert [fact.type for fact in await crowd.facts("b")].count("run_started") == 1


async def test_who_waits_for_people_gives_the_place_back_and_takes_it_again(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, ONE, shell("rm -rf build"), Line("done"))
    crowd.service.sandbox.on(any_command, Output("gone"))
    async with crowd.open():
        for name in ("a", "b", "c"):
            await crowd.say(name)
            await crowd.until(lambda name=name: is_told(crowd, name))
        crowd.model.let_go("a")
        await crowd.thinks("b")
        gate = next(f for f in await crowd.facts("a") if isinstance(f, ApprovalRequired))
        await crowd.tell("a", yes(crowd, gate))
        await crowd.places({"a": NEXT})
        assert "approval_received" in [fact.type for fact in await crowd.facts("a")]
        crowd.model.let_go("b")  # b asks too
        assert (await crowd.ended("a")).outcome is Outcome.DONE
        await crowd.thinks("c")


async def test_a_stopped_process_loses_no_place(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, ONE)
    names = ["d", "c", "b", "a"]  # not in the order of anything else
    async with crowd.open():
        for name in names:
            await crowd.say(name)
            await crowd.until(lambda name=name: is_told(crowd, name))
    assert crowd.model.began == ["d"]
    async with crowd.open():
        await crowd.thinks("d")
        await crowd.places({"c": NEXT, "b": BEHIND_ONE})
        for name in names:
            crowd.model.let_go(name)
        for name in names:
            assert (await crowd.ended(name)).outcome is Outcome.DONE
    assert crowd.model.began == ["d", "d", "c", "b", "a"]


async def test_a_killed_process_loses_no_place(tmp_path: Path) -> None:
    """What stands on the disk while everybody waits is all that the next process has."""
    crowd, later = Crowd(tmp_path / "one", ONE), Crowd(tmp_path / "two", ONE)
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
    names = ["c", "b", "a"]
    async with crowd.open():
        for name in names:
            await crowd.say(name)
            await crowd.until(lambda name=name: is_told(crowd, name))
        with (
            sqlite3.connect(tmp_path / "one" / "aether.db") as now,
            sqlite3.connect(tmp_path / "two" / "aether.db") as copy,
        ):
            now.backup(copy)
        now.close()
        copy.close()
    for name in names:
        later.model.let_go(name)
    async with later.open():
        for name in names:
            assert (await later.ended(name)).outcome is Outcome.DONE
    assert later.model.began == names
    assert later.model.most == 1


async def is_told(crowd: Crowd, name: str) -> bool:
    """Whether the thread is at work, or was told that it waits."""
    return name in crowd.model.thinking or bool(await crowd.place(name))


async def begins(crowd: Crowd, *names: str) -> bool:
    return any(name in crowd.model.thinking for name in names)


def yes(crowd: Crowd, gate: ApprovalRequired) -> Guard:
    return inbox.vote(
        gate.approval_id, ANN, approve=True, duration=Duration.ONCE, now=crowd.service.clock.now()
    )


def crowd_id(name: str) -> SessionId:
    return session_id(address(name))
