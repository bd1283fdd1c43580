"""Common servers work: what they were seen to stream, over real HTTP, and what must come of it.

Every mending of a stream between the wire and the provider library is held by a row here: take it
out, and if the rows still pass, the library has learned it and the mending can go.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from model_play import On, Played, play
from model_server import ModelServer
from model_streams import Stream, streams

from runtime.errors import ModelError
from runtime.models import stream_repair
from runtime.models.request import Limits
from runtime.ports.model import Said

STREAMS = list(streams(Path(__file__).parent / "streams"))
SILENT = Limits(silence=1.0)  # seconds


@pytest.fixture(autouse=True)
def short_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        stream_repair, "ENDING", 1.0
    )  # or every row that falls silent takes three seconds


@pytest.mark.parametrize("seed", [None, 7], ids=["whole", "cut"])
@pytest.mark.parametrize("stream", STREAMS, ids=lambda s: f"{s.shape}: {s.name}")
async def test_a_stream_of_a_common_server_is_understood(
    on: On, stream: Stream, seed: int | None
) -> None:
    async with ModelServer([stream.answer()], seed=seed) as server, asyncio.timeout(60):
        limits = SILENT if "silent" in stream.fails else None
        turn = play(on(server, stream.shape, limits), Said("Hi."))
        if stream.fails:
            with pytest.raises(ModelError) as caught:
                await turn
            assert stream.fails in str(caught.value)
        else:
            check(await turn, stream)
        assert len(server.requests) == 1


def check(turn: Played, stream: Stream) -> None:
    shown = stream.text if stream.shown is None else stream.shown
    assert (turn.text, turn.thinking) == (shown, stream.thinking)
    assert turn.end.text == stream.text
    calls = [(c.provider_call_id, c.tool, c.arguments) for c in turn.calls]
    assert [call[1:] for call in calls] == [call[1:] for call in stream.calls]
    for (id_, _, _), (wanted, _, _) in zip(calls, stream.calls, strict=True):
        assert id_ == wanted or wanted == "*"
    if stream.used is not None:
        assert (turn.end.used.input_tokens, turn.end.used.output_tokens) == stream.used
    assert turn.end.cut == stream.cut
    assert bool(turn.end.notice) == bool(stream.notice)
    assert stream.notice in turn.end.notice
