"""What a chat shows of a task that waits for a place."""

from __future__ import annotations

from adapters_play import Play, started

from adapters.layout.layout import layout
from adapters.ports.cards import Buttons, Card, Note
from adapters.ports.limits import Limits
from runtime.events import Event, Outcome, RunAdmitted, RunFinished, RunQueued
from runtime.testing.clock import START

QUEUED = RunQueued(ahead=3, since=START)


def card(*events: Event) -> Card:
    return layout(Play(started(), *events).view, Limits())[0]


def notes(shown: Card) -> list[Note]:
    return [block for block in shown.blocks if isinstance(block, Note)]


def test_a_task_that_waits_says_so_and_can_be_stopped() -> None:
    shown = card(QUEUED)
    assert notes(shown) == [Note("info", "Waiting: 3 tasks are ahead.")]
    labels = [b.label for row in shown.blocks if isinstance(row, Buttons) for b in row.row]
    assert "Stop" in labels


def test_the_card_stays_when_the_wait_is_over() -> None:
    shown = card(QUEUED)
    assert (card(QUEUED, RunAdmitted()).key, notes(card(QUEUED, RunAdmitted()))) == (shown.key, [])
    stopped = card(QUEUED, RunFinished(outcome=Outcome.CANCELLED, reason="Stopped by Ann."))
    assert (stopped.key, notes(stopped)) == (shown.key, [Note("info", "Stopped by Ann.")])
