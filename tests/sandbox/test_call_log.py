"""The fold over a supervisor's frames, which nobody may trust."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.ports import Exited, Output
from sandbox.call_log import CallLog
from sandbox.framing import EngineFrames
from sandbox.programs import KEPT


def frame(kind: bytes, payload: bytes) -> bytes:
    return kind + len(payload).to_bytes(4, "big") + payload


BEGUN = frame(b"B", b"0 1700000000000 5000 20000")
ENDED = frame(b"X", b"3 exit 1500 0")


def texts(outputs: list[Output]) -> str:
    return "".join(output.text for output in outputs)


def test_a_whole_call() -> None:
    transcript = CallLog()
    outputs = transcript.feed(
        BEGUN + frame(b"O", b"a") + frame(b"O", b"b") + frame(b"E", b"c") + ENDED
    )
    assert outputs == [Output("ab"), Output("c", "stderr")]
    assert transcript.ended == Exited(3, "exit", 1.5)
    assert transcript.confirmed(3) == transcript.ended
    assert transcript.confirmed(0) is transcript.confirmed(None) is None


@given(text=st.text(min_size=1), cuts=st.lists(st.integers(0, 400), max_size=6))
def test_any_cut_of_the_stream_gives_the_same(text: str, cuts: list[int]) -> None:
    stream = BEGUN + frame(b"O", text.encode()) + ENDED
    transcript, outputs = CallLog(), list[Output]()
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    for start, end in itertools.pairwise(edges):
        outputs += transcript.feed(stream[start:end])
    assert texts(outputs) == text
    assert transcript.offset == len(stream)


@given(data=st.binary(max_size=300))
def test_no_bytes_are_too_wild(data: bytes) -> None:
    for start in (b"", BEGUN):
        transcript = CallLog()
        outputs = transcript.feed(start + data)
        assert len(texts(outputs)) <= len(data) + 60


@given(data=st.binary(max_size=300), cut=st.integers(0, 300))
def test_decoding_does_not_depend_on_frames(data: bytes, cut: int) -> None:
    transcript = CallLog()
    outputs = transcript.feed(BEGUN + frame(b"O", data[:cut]) + frame(b"O", data[cut:]) + ENDED)
    assert texts(outputs) == data.decode("utf-8", "replace")


@pytest.mark.parametrize(
    "bad",
    [
        b"OCI runtime exec failed: exec failed",
        frame(b"O", b"output before the beginning"),
        BEGUN + frame(b"?", b""),
        BEGUN + b"O\xff\xff\xff\xff",
        BEGUN + frame(b"X", b"0 exit"),
        BEGUN + frame(b"X", b"0 because 1 1"),
        BEGUN + frame(b"X", b"-5 exit 1 1"),
        BEGUN + frame(b"X", b"99999 exit 1 1"),
        BEGUN + frame(b"V", b"1"),
        frame(b"B", b"1 2 3 " + b"9" * 30),
        frame(b"B", "\u0661 2 3 4".encode()),
        BEGUN + frame(b"O", b"x" * 60_000) * (KEPT // 60_000 + 4),
    ],
)
def test_what_no_supervisor_writes_is_noticed(bad: bytes) -> None:
    transcript = CallLog()
    transcript.feed(bad)
    assert transcript.garbled
    assert transcript.complete
    assert transcript.ended is None


def test_a_tail_goes_on_after_a_broken_stream() -> None:
    transcript = CallLog()
    stream = BEGUN + frame(b"O", b"first ") + frame(b"O", b"second") + ENDED
    outputs = transcript.feed(stream[:-30])
    transcript.resume()
    outputs += transcript.feed(frame(b"N", b"9000") + stream[transcript.offset :])
    assert texts(outputs) == "first second"
    assert transcript.offset == len(stream)
    assert transcript.left == 16.0


@pytest.mark.parametrize(
    ("verdict", "why"),
    [
        (b"0 6000 0", "stopped"),
        (b"0 6000 4999", "stopped"),  # a neighbour's time-out before this call began
        (b"0 6000 5900", "timeout"),
        (b"0 25000 0", "timeout"),
        (b"1 6000 0", "oom"),
        (b"1 25000 0", "oom"),
    ],
)
def test_a_dead_supervisor_is_judged(verdict: bytes, why: str) -> None:
    transcript = CallLog()
    transcript.feed(BEGUN + frame(b"V", verdict))
    judged = transcript.judge()
    assert (judged.code, judged.why) == (None, why)


def test_dropped_output_is_said() -> None:
    transcript = CallLog()
    outputs = transcript.feed(BEGUN + frame(b"X", b"- output_limit 100 1234567"))
    assert texts(outputs) == "\n[1,234,567 more bytes of output were dropped]\n"
    assert transcript.ended == Exited(None, "output_limit", 0.1)


@given(
    pieces=st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=20)), max_size=8),
    size=st.integers(1, 9),
)
def test_the_engines_framing(pieces: list[tuple[int, bytes]], size: int) -> None:
    stream = b"".join(
        bytes([number, 0, 0, 0]) + len(data).to_bytes(4, "big") + data for number, data in pieces
    )
    frames, got = EngineFrames(), {1: b"", 2: b""}
    for start in range(0, len(stream), size):
        for number, data in frames.feed(stream[start : start + size]):
            got[number] += data
    for number, data in got.items():
        assert data == b"".join(part for stream_, part in pieces if stream_ == number)
