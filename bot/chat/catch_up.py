"""What people said while a platform could not reach us."""

from __future__ import annotations

import asyncio
import traceback
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from adapters.ports.chat_platform import Receive
from adapters.ports.errors import Deleted, Rejected
from bot.chat.seen import Seen
from bot.chat.thread_reader import ThreadReader
from runtime.errors import AetherError, JournalUnavailable, LockLost
from runtime.events import MessageReceived
from runtime.facts import Entry
from runtime.ports import Clock, Journal, Scope, SessionRow

log = structlog.get_logger(__name__)

SESSIONS, THREADS = 500, 200  # sessions that are looked at; threads that are read
OVERLAP = timedelta(minutes=6)
"""How long before a catch-up begins somebody may have been heard again already. Slack delivers an
event for the last time five minutes after the first."""
_WARM = timedelta(hours=1)  # a thread that was used so lately may have got its next task
_EPOCH = datetime.fromtimestamp(0, UTC)
_OUTAGE = (JournalUnavailable, LockLost)  # said once elsewhere, and read when it is over
_ELSEWHERE = frozenset({"", "terminal", "late", "command"})
"""Channels of messages that stand in no thread: those of other doors, late approvals, commands."""


class CatchUp:
    """Reads the threads again that are live: a task runs or waits there, or just ended."""

    def __init__(
        self, journal: Journal, reader: ThreadReader, receive: Receive, heard: Seen, clock: Clock
    ) -> None:
        self._journal, self._reader = journal, reader
        self._receive, self._heard, self._clock = receive, heard, clock
        self._turns = defaultdict[str, asyncio.Lock](asyncio.Lock)
        self._gaps = defaultdict[str, list[datetime]](list)
        self._ahead = self._wall_ahead()

    async def take_up(self, platform: str) -> None:
        """Best effort: what fails is logged. Never raises. A gap that was not read to its end, as
        when the connection was lost meanwhile, is left to the next call."""
        gaps = self._gaps[platform]
        gaps.append(self._ago(OVERLAP))
        async with self._turns[platform]:
            asked = len(gaps)
            if asked and await self._read(platform, min(gaps)):
                del gaps[:asked]

    async def _read(self, platform: str, since: datetime) -> bool:
        """False if something should be read again."""
        try:
            rows = await self._live(platform)
        except AetherError as error:
            if not isinstance(error, _OUTAGE):  # read when that is over
                log.warning("missed.unread", platform=platform, why=str(error))
            return False
        if len(rows) > THREADS:
            log.warning("missed.many", platform=platform, live=len(rows), read=THREADS)
        return all([await self._look(row, since) for row in rows[:THREADS]])

    async def _live(self, platform: str) -> list[SessionRow]:
        """Those with an open task come first, however old they are."""
        here, warm = Scope(platform), self._ago(_WARM)
        rows = {row.session_id: row for row in await self._journal.unfinished(SESSIONS, here)}
        for row in await self._journal.sessions(SESSIONS, here):
            if row.updated_at > warm:
                rows.setdefault(row.session_id, row)
        return list(rows.values())

    def _ago(self, span: timedelta) -> datetime:
        """So long ago on the record. Where somebody set the clock meanwhile, by what it was at its
        earliest: rather too much is read than too little."""
        self._ahead = min(self._ahead, self._wall_ahead())
        passed = timedelta(seconds=self._clock.monotonic() + self._ahead)
        return _EPOCH + passed - span

    def _wall_ahead(self) -> float:
        """Seconds by which wall time is ahead of monotonic time."""
        return self._clock.now().timestamp() - self._clock.monotonic()

    async def _look(self, row: SessionRow, since: datetime) -> bool:
        """False if the thread should be read again."""
        try:
            await self._take(row, await self._journal.read(row.session_id), since)
        except _OUTAGE:
            return False
        except AetherError as error:
            log.warning("missed.failed", session=row.session_id, why=str(error))
            return isinstance(error, Deleted | Rejected)
        except Exception:  # noqa: BLE001 -- one thread must not keep the others from being read
            why = traceback.format_exc()
            log.error("missed.broke", session=row.session_id, exception=why)
        return True

    async def _take(self, row: SessionRow, entries: Sequence[Entry], since: datetime) -> None:
        """Raises AetherError."""
        last, known = read_from(entries, since), {said.message_id for _, said in _said(entries)}
        replies = await self._reader.after(row.address, last) if last else ()
        news = [r for r in replies if not r.app and r.message_id not in known]
        missed = [r for r in news if r not in self._heard]
        for reply in missed:
            await self._receive(reply)
        if missed:
            log.info("missed.taken_up", session=row.session_id, messages=len(missed))


def read_from(entries: Sequence[Entry], since: datetime) -> str:
    """The message of the thread after which nobody may have listened: the newest that was on the
    record before `since`. What came later may have overtaken what was missed. At least the first
    one, because older words of a thread are not for us; "" if there is none."""
    every = _said(entries)
    before = [said for at, said in every if at < since] or [said for _, said in every[:1]]
    return before[-1].read_to or before[-1].message_id if before else ""


def _said(entries: Sequence[Entry]) -> list[tuple[datetime, MessageReceived]]:
    """The messages of the thread that are on the record, and since when."""
    return [
        (entry.at, entry.fact)
        for entry in entries
        if isinstance(entry.fact, MessageReceived) and entry.fact.channel not in _ELSEWHERE
    ]
