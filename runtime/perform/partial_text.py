"""What people read of a run that ends before its time: chunks stand on no record, so their text so
far goes onto it with the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from runtime.events import (
    Envelope,
    ResponseChunk,
    ResponseComplete,
    ThinkingChunk,
    ThinkingComplete,
    ToolCallChunk,
)
from runtime.facts import PartialText
from runtime.folds.state import Run
from runtime.ids import CallId
from runtime.tools.excerpt import Excerpt, readable
from runtime.tools.execution import HEAD, TAIL

LONGEST = 96 * 1024
"""Bytes of a text: in JSON it may take twice as many, and the journal takes 256 KiB."""


def unfinished(chunks: Sequence[Envelope], now: datetime) -> Iterator[PartialText]:
    """The thought and the text that the model had begun. `chunks` are those of the run that are
    still needed, which no completed event carries: of each kind the newest attempt was read."""
    thinking = [c.event for c in chunks if isinstance(c.event, ThinkingChunk)]
    if thinking:
        last = thinking[-1]
        began = next(c.at for c in chunks if isinstance(c.event, ThinkingChunk))
        yield ThinkingComplete(
            turn=last.turn,
            attempt=last.attempt,
            text=_joined(thinking),
            seconds=max(0.0, (now - began).total_seconds()),
            partial=True,
        )
    said = [c.event for c in chunks if isinstance(c.event, ResponseChunk)]
    if said and (text := _joined(said)).strip():
        yield ResponseComplete(turn=said[-1].turn, text=text, final=False, partial=True)


def kept(run: Run | None, read: Sequence[PartialText]) -> Sequence[PartialText]:
    """What was `read`, and of a run that somebody stopped what was read then: a process that did
    not hear the model speak knows no more. A turn that came to its end is on the record."""
    stopped = run.read if run else ()
    known = {type(text): text for text in stopped if run and text.turn > run.turn}
    known |= {type(text): text for text in read}
    return [known[kind] for kind in (ThinkingComplete, ResponseComplete) if kind in known]


def _joined(chunks: Sequence[ThinkingChunk] | Sequence[ResponseChunk]) -> str:
    """The text of the newest attempt."""
    last = (chunks[-1].turn, chunks[-1].attempt)
    text = "".join(chunk.text for chunk in chunks if (chunk.turn, chunk.attempt) == last)
    return text.encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore")


def output(chunks: Sequence[Envelope], call: CallId) -> str:
    """What a call had written, within the bounds of one that ended."""
    kept = Excerpt(HEAD, TAIL)
    for chunk in chunks:
        if isinstance(chunk.event, ToolCallChunk) and chunk.event.call_id == call:
            kept.add(chunk.event.text)
    return readable(kept.text)
