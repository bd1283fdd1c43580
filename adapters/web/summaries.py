"""The list of sessions, and the search in it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakValueDictionary

from pydantic import JsonValue

from adapters.web.context import WebContext
from runtime.ids import Seq, SessionId
from runtime.ports import No, SessionRow
from runtime.view import ThreadView

_SEARCHED = 1_000  # newest sessions
_WORDS = 10_000  # characters of a session that a search looks at
_KEPT = 16_000_000  # characters of all sessions together
_TITLE = 120  # characters


@dataclass(frozen=True, slots=True)
class Summary:
    session_id: SessionId
    platform: str
    title: str
    state: str
    updated_at: datetime
    words: str = ""
    """What a search looks at, in lower case."""

    def json(self) -> dict[str, JsonValue]:
        return {
            "session_id": self.session_id,
            "platform": self.platform,
            "title": self.title,
            "state": self.state,
            "updated_at": self.updated_at.isoformat(),
        }


class Summaries:
    """Folded once for each change of a session; the rest comes from memory."""

    def __init__(self, context: WebContext) -> None:
        self._door = context
        self._known: OrderedDict[SessionId, tuple[Seq, Summary]] = OrderedDict()
        self._size = 0
        self._folding: WeakValueDictionary[SessionId, asyncio.Lock] = WeakValueDictionary()

    async def search(self, words: str, limit: int) -> list[Summary]:
        """The newest sessions that say all of these words."""
        wanted = words.lower().split()
        rows = await self._door.sessions.list(_SEARCHED if wanted else limit)
        found: list[Summary] = []
        for row in rows:
            if isinstance(
                await self._door.sessions.may(self._door.person, "read", row.address), No
            ):
                continue
            summary = await self._summary(row)
            if all(word in summary.words for word in wanted):
                found.append(summary)
            if len(found) == limit:
                break
        return found

    async def _summary(self, row: SessionRow) -> Summary:
        """Whoever asks for the same at the same time waits for the first."""
        async with self._folding.setdefault(row.session_id, asyncio.Lock()):
            known = self._known.get(row.session_id)
            if known is not None and known[0] >= row.head:
                return known[1]
            summary = await self._fold(row)
            self._keep(row, summary)
            return summary

    def _keep(self, row: SessionRow, summary: Summary) -> None:
        _, old = self._known.pop(row.session_id, (None, None))
        self._known[row.session_id] = (row.head, summary)
        self._size += len(summary.words) - (len(old.words) if old else 0)
        while self._size > _KEPT:
            _, (_, left) = self._known.popitem(last=False)
            self._size -= len(left.words)

    async def _fold(self, row: SessionRow) -> Summary:
        feed = await self._door.sessions.view(row.session_id)
        try:
            view = feed.view
        finally:
            await feed.aclose()
        titles = [run.title for run in view.runs] or [line.text for line in view.lines]
        said = " ".join((*titles, *(line.text for line in view.lines), *_answers(view)))
        return Summary(
            session_id=row.session_id,
            platform=row.address.platform,
            title=" ".join((titles[0] if titles else "New session").split())[:_TITLE],
            state=state_of(view),
            updated_at=row.updated_at,
            words=f"{row.session_id} {row.address.platform} {said}"[:_WORDS].lower(),
        )


def _answers(view: ThreadView) -> list[str]:
    return [answer.text for run in view.runs for answer in run.answers]


def state_of(view: ThreadView) -> str:
    """new, running, waiting, done, failed or cancelled."""
    run = view.run
    if run is None:
        return "new"
    if run.outcome is not None:
        return run.outcome.value
    return "waiting" if run.waiting else "running"
