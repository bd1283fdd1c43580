"""What was posted to web sessions, kept for whoever asks. Memory only, and bounded."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from adapters.ports.cards import Card, CardKey
from runtime.ids import SessionId

MOST = 256  # sessions


@dataclass(slots=True)
class PostedCards:
    """`whole` says that it was there from the first message on: nothing is missing."""

    whole: bool
    cards: dict[CardKey, Card] = field(default_factory=dict[CardKey, Card])


class CardStore:
    """The session that was longest silent is forgotten first; its view has everything."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._boards: OrderedDict[SessionId, PostedCards] = OrderedDict()

    def begin(self, session: SessionId) -> None:
        """Nothing has been posted there before."""
        self._boards.setdefault(session, PostedCards(whole=True))
        self._touch(session)

    def of(self, session: SessionId) -> PostedCards:
        """To write on."""
        posted = self._boards.setdefault(session, PostedCards(whole=False))
        self._touch(session)
        return posted

    def whole(self, session: SessionId) -> tuple[Card, ...] | None:
        """All messages of the session; None if some are not here."""
        posted = self._boards.get(session)
        return tuple(posted.cards.values()) if posted is not None and posted.whole else None

    def _touch(self, session: SessionId) -> None:
        self._boards.move_to_end(session)
        while len(self._boards) > self._most:
            self._boards.popitem(last=False)
