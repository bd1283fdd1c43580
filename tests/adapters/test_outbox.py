"""The journal's references satisfy the outbox port, also across a restart of the thread."""

from __future__ import annotations

from adapters_play import ADDRESS, SESSION

from adapters.ports.cards import Card, CardKey, Prose, Urgency
from adapters.ports.outbox import Outbox
from adapters.ports.surface import Place, Ref
from adapters.reconcile.messages import Messages
from adapters.testing.outbox import MemoryOutbox
from runtime.journal import Refs

PLACE = Place(address=ADDRESS, channel="c", thread="1")
CARD = Card(CardKey("answer:r:1:1"), Urgency.FINAL, "done", (Prose("x", "x"),))


def as_port(refs: Refs) -> Outbox:
    """The type checker's word that it fits."""
    return refs


async def test_a_new_process_knows_what_stands_there() -> None:
    outbox = MemoryOutbox()
    before = Messages(SESSION, outbox)
    await before.opened(PLACE)
    await before.intend(CARD.key)
    await before.stands(CARD.key, Ref(place=PLACE, message="7"), CARD)
    await before.intend(CardKey("lost"))
    after = Messages(SESSION, outbox)
    await after.load()
    assert after.place == PLACE
    assert after.known[CARD.key].says(CARD)
    assert (after.known[CardKey("lost")].ref, after.known[CardKey("lost")].absent) == (None, False)


async def test_frames_of_a_live_card_are_not_written_down() -> None:
    outbox = MemoryOutbox()
    messages = Messages(SESSION, outbox)
    live = Card(CARD.key, Urgency.ANSWER, "live", CARD.blocks)
    await messages.intend(CARD.key)
    await messages.stands(CARD.key, Ref(place=PLACE, message="7"), live)
    writes = outbox.writes
    for _ in range(5):
        await messages.changes(CARD.key)
        await messages.changed(CARD.key, live)
    assert outbox.writes == writes
    await messages.changed(CARD.key, CARD)
    assert outbox.writes == writes + 1
