"""Answers that grow in a thread of Slack, and what stands there of them."""

from __future__ import annotations

from collections.abc import Sequence

from slack_stage import Stage

from adapters.ports.button import on_run
from adapters.ports.cards import Button, Buttons, Card, CardKey, Prose, Urgency
from adapters.ports.surface import Ref
from runtime.ids import RunId

RUN = RunId("0123456789abcdef01234567.1")
STREAMS = ("chat.startStream", "chat.appendStream", "chat.stopStream")
CALLS = (*STREAMS, "chat.postMessage", "chat.update", "chat.delete")
FEEDBACK = Buttons(
    (Button("Good answer", on_run(RUN, "good")), Button("Bad answer", on_run(RUN, "bad")))
)


def grows(text: str, part: int = 1) -> Card:
    prose = Prose(text, text, growing=True)
    return Card(CardKey(f"answer:{RUN}:1:{part}"), Urgency.ANSWER, "live", (prose,))


def done(text: str, part: int = 1) -> Card:
    key = CardKey(f"answer:{RUN}:1:{part}")
    return Card(key, Urgency.FINAL, "done", (Prose(text, text), FEEDBACK))


async def shown(it: Stage, cards: Sequence[Card]) -> Ref:
    """As the reconciler does it: a post, then edits."""
    ref = await it.surface.post(it.place, cards[0])
    for card in cards[1:]:
        await it.surface.edit(ref, card)
    return ref


def exactly(it: Stage, ref: Ref) -> str:
    """The Markdown of the message; its key and its buttons must be there, and no stream."""
    message = it.message(ref)
    assert message is not None
    assert message.metadata is not None
    assert message.metadata["event_payload"]["key"].startswith("answer:")
    assert message.stream is None or not message.stream.is_open
    assert [b["type"] for b in message.blocks][-1] == "context_actions"
    return "".join(block["text"] for block in message.blocks if block["type"] == "markdown")
