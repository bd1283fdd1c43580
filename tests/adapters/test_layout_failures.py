"""What went wrong, on the card of a task."""

from __future__ import annotations

from adapters_play import CALL, Play, started

from adapters.layout.layout import layout
from adapters.ports.cards import Card, Failed
from adapters.ports.limits import Limits
from runtime.events import Event, ToolCallComplete, ToolCallStart


def cards(*events: Event) -> tuple[Card, ...]:
    return layout(Play(started(), *events).view, Limits())


def test_a_command_that_ended_badly_looks_so() -> None:
    """A test that fails is no error of the tool, and no success either."""
    start = ToolCallStart(call_id=CALL, tool="shell", summary="pytest -q")
    for code in (1, 2, 137):
        done = ToolCallComplete(call_id=CALL, output="F\n1 failed\n", exit_code=code, seconds=1)
        (card,) = cards(start, done)
        (failed,) = [block for block in card.blocks if isinstance(block, Failed)]
        assert failed.message == f"exit {code}. 1 failed"
    good = ToolCallComplete(call_id=CALL, output="2 passed", exit_code=0, seconds=1)
    assert not [b for card in cards(start, good) for b in card.blocks if isinstance(b, Failed)]
