"""layout(view, limits) -> cards: what belongs in which message, cut to size. Pure.

The order of two keys never changes and a key never moves to other content. Nothing here looks at a
clock: the same view gives the same cards.
"""

from __future__ import annotations

from collections.abc import Iterator

from adapters.layout.answers import answer_cards
from adapters.layout.gates import gate_card, question_card
from adapters.layout.run import is_work, run_card
from adapters.ports.cards import Attached, Card, CardKey, Urgency
from adapters.ports.limits import Limits
from runtime.view import RunView, ThreadView


def layout(view: ThreadView, limits: Limits) -> tuple[Card, ...]:
    """The messages that the thread should have."""
    return tuple(card for run in view.runs for card in run_cards(run, limits))


def run_cards(run: RunView, limits: Limits) -> tuple[Card, ...]:
    """The messages of one task: a task that is over need not be laid out again."""
    return tuple(_run(run, limits))


def _run(run: RunView, limits: Limits) -> Iterator[Card]:
    if is_work(run):
        yield run_card(run, limits)
    for gate in run.gates:
        yield gate_card(gate, run, limits)
    for question in run.questions:
        yield question_card(question, run, limits)
    for number, file in enumerate(run.files, start=1):
        key = CardKey(f"file:{run.run_id}:{number}")
        yield Card(key, Urgency.FINAL, "done", (Attached(file),), kept=False)
    yield from answer_cards(run, limits)
