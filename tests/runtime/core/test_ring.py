"""The ring of open chunks: what a stream says is told whole or with its gap, and costs its text."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Sequence

import pytest
from core_live import Stage, Viewer, finished, settle, started
from core_log import SESSION, said
from hypothesis import given
from hypothesis import strategies as st

from runtime.events import ResponseChunk, ThinkingChunk, ToolCallChunk
from runtime.ids import CallId, Seq
from runtime.ring import BEFORE_ALL, GAP, RING_BYTES, Chunk, Place

Stream = tuple[object, ...]
TEXTS = st.text(st.characters(), max_size=6)  # lone surrogates and astral characters too
CHUNKS: st.SearchStrategy[Chunk] = st.one_of(
    st.builds(ThinkingChunk, turn=st.just(1), attempt=st.integers(1, 2), text=TEXTS),
    st.builds(ResponseChunk, turn=st.just(1), text=TEXTS),
    st.builds(
        ToolCallChunk,
        call_id=st.sampled_from((CallId("a"), CallId("b"))),
        text=TEXTS,
        stream=st.sampled_from(("stdout", "stderr")),
    ),
)


def stream(chunk: Chunk) -> Stream:
    return type(chunk).__name__, *sorted(chunk.model_dump(exclude={"text"}).items())


def texts(chunks: Sequence[Chunk]) -> dict[Stream, str]:
    """What each stream says."""
    said: dict[Stream, str] = {}
    for chunk in chunks:
        said[stream(chunk)] = said.get(stream(chunk), "") + chunk.text
    return {name: text for name, text in said.items() if text}


def kept(stage: Stage, after: Place = BEFORE_ALL) -> list[Chunk]:
    envelopes = stage.hub.ring(SESSION, after=after)
    return [e.event for e in envelopes if isinstance(e.event, Chunk)]


@given(chunks=st.lists(CHUNKS, max_size=40), noted=st.sets(st.integers(0, 40)), data=st.data())
def test_merged_chunks_say_what_the_chunks_said_after_any_of_them(
    chunks: list[Chunk], noted: set[int], data: st.DataObject
) -> None:
    """`noted`: where something that ends no stream is recorded in between."""
    stage = Stage()
    stage.say(started())
    places: list[Place] = [BEFORE_ALL]
    delta = 0
    for number, chunk in enumerate(chunks):
        if number in noted:
            stage.say(said("beside", message_id=str(number)))
            delta = 0
        stage.chunk(chunk)
        delta += 1
        places.append((Seq(len(stage.entries)), delta))
    read = data.draw(st.integers(0, len(chunks)))
    assert texts(kept(stage, places[read])) == texts(chunks[read:])
    shown = [(e.seq, e.delta or 0) for e in stage.hub.ring(SESSION)]
    assert shown == sorted(set(shown))
    assert set(shown) <= set(places)


@pytest.mark.parametrize("each", [40, 700, 10_000])
async def test_the_ring_is_bounded_tells_its_gap_and_is_empty_after_the_end(each: int) -> None:
    stage = Stage()
    stage.say(started())
    count = 2 * RING_BYTES // each
    for number in range(count):
        stage.chunk(ThinkingChunk(turn=1, text=chr(97 + number % 26) * each))
    whole = "".join(chr(97 + number % 26) * each for number in range(count))
    (text,) = texts(kept(stage)).values()
    assert text.startswith(GAP)
    assert text.count(GAP) == 1
    assert whole.endswith(text.removeprefix(GAP))
    assert RING_BYTES / 8 < len(text) <= RING_BYTES
    stage.say(finished())
    assert kept(stage) == []


async def test_a_gap_is_told_once_for_each_stream_that_has_one() -> None:
    stage = Stage()
    stage.say(started())
    stage.chunk(ResponseChunk(turn=1, text="the answer"))
    for stream_name in ("stdout", "stderr"):
        for _ in range(30):
            text = stream_name * 1_000
            stage.chunk(ToolCallChunk(call_id=CallId("c"), text=text, stream=stream_name))
    found = texts(kept(stage))
    assert sorted(text.count(GAP) for text in found.values()) == [0, 1]
    stage.chunk(ResponseChunk(turn=1, text=" goes on"))
    assert kept(stage)[-1].text == f"{GAP} goes on"
    place = stage.hub.ring(SESSION)[-1]
    assert not kept(stage, (place.seq, place.delta or 0))


async def test_a_reader_that_lost_what_is_gone_for_good_reads_that_something_is_missing() -> None:
    stage = Stage()
    stage.say(started())
    viewer = Viewer(stage)
    task = asyncio.create_task(viewer.watch())
    await settle()
    stage.chunk(ResponseChunk(turn=1, text="begins"))
    await settle()
    for _ in range(3_000):  # more than a slow reader may be behind, and than the ring holds
        stage.chunk(ResponseChunk(turn=1, text="x" * 200))
    stage.chunk(ResponseChunk(turn=1, text="ends"))
    await settle()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    draft = viewer.view.run and viewer.view.run.draft
    assert draft
    assert draft.text.startswith(f"begins{GAP}xxx")
    assert draft.text.endswith("xends")
    assert draft.text.count(GAP) == 1


SMALL: dict[str, list[Chunk]] = {
    "a long thought": [ThinkingChunk(turn=1, text="wor ") for _ in range(6_000)],
    "single letters": [ResponseChunk(turn=1, text="y") for _ in range(6_000)],
    "nothing at all": [ResponseChunk(turn=1, text="") for _ in range(6_000)],
    "no letters of ours": [ThinkingChunk(turn=1, text="\U0001f40e木") for _ in range(6_000)],
    "both outputs by turns": [
        ToolCallChunk(call_id=CallId("c"), text="z\n", stream="stderr" if n % 2 else "stdout")
        for n in range(3_000)
    ],
}


@pytest.mark.parametrize("chunks", SMALL.values(), ids=SMALL)
def test_the_ring_costs_the_bytes_of_its_text_however_small_the_chunks(
    chunks: list[Chunk],
) -> None:
    stage = Stage()
    stage.say(started())
    tracemalloc.start()
    try:
        for chunk in chunks:
            stage.chunk(chunk)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 2 * RING_BYTES


async def test_a_thought_of_20_000_tokens_is_kept_whole() -> None:
    stage = Stage()
    stage.say(started())
    for _ in range(20_000):
        stage.chunk(ThinkingChunk(turn=1, text="wor "))
    assert "".join(chunk.text for chunk in kept(stage)) == "wor " * 20_000
