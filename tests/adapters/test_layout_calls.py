"""What a card says of a call that nobody saw end."""

from __future__ import annotations

from adapters_play import CALL, Play, started

from adapters.layout.layout import layout
from adapters.ports.cards import Note
from adapters.ports.limits import Limits
from runtime.events import Event, ToolCallComplete, ToolCallStart

DONE = ToolCallComplete(call_id=CALL, output="all passed", exit_code=0)


def notes(*events: Event) -> list[str]:
    view = Play(started(), ToolCallStart(call_id=CALL, tool="shell", summary="ls"), *events).view
    blocks = [block for card in layout(view, Limits()) for block in card.blocks]
    return [block.text for block in blocks if isinstance(block, Note)]


def test_what_only_the_container_says_of_a_call_is_shown_so() -> None:
    assert notes(DONE) == []
    told = DONE.model_copy(update={"reported": True, "notes": ("Not all was looked at.",)})
    assert notes(told) == [
        "shell: nobody saw it end; the container reports: exit 0.",
        "Not all was looked at.",
    ]
