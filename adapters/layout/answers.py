"""Answers: text of the agent, streamed in place and split into parts with stable keys."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.markdown.split import Part, split
from adapters.ports.button import on_run
from adapters.ports.cards import Block, Button, Buttons, Card, CardKey, Note, Prose, Urgency
from adapters.ports.limits import Limits
from runtime.events import Outcome
from runtime.view import Answer, RunView


def answer_cards(run: RunView, limits: Limits) -> Iterator[Card]:
    for answer in run.answers:
        parts = split(answer.text, limits.text, limits.blocks, limits.table_rows)
        for number, part in enumerate(parts, start=1):
            is_last = number == len(parts)
            yield _card(run, answer, part, number, is_last=is_last)


def _card(run: RunView, answer: Answer, part: Part, number: int, *, is_last: bool) -> Card:
    """A part that others follow is complete, whatever still grows behind it."""
    growing = is_last and answer.state == "open"
    blocks: list[Block] = []
    # Without text it says nothing new: after a restart the words so far still stand there.
    if part.source.strip():
        blocks.append(Prose(part.text, part.source, growing))
        if is_last and answer.state == "final":
            blocks.append(_feedback(run))
        if is_last and answer.state == "partial":
            blocks.append(_mark(run))
    return Card(
        key=CardKey(f"answer:{run.run_id}:{answer.turn}:{number}"),
        urgency=Urgency.ANSWER if growing else Urgency.FINAL,
        state="live" if growing else "done",
        blocks=tuple(blocks),
    )


def _mark(run: RunView) -> Note:
    """Below text that never came to its end."""
    if run.outcome is Outcome.FAILED:
        return Note("warning", "The answer broke off here.")
    return Note("info", "⏹️ Stopped")


def _feedback(run: RunView) -> Buttons:
    good = Button("Good answer", on_run(run.run_id, "good"))
    return Buttons((good, Button("Bad answer", on_run(run.run_id, "bad"))))
