"""What people said while a platform could not reach us."""

from __future__ import annotations

import asyncio
import traceback
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

import structlog

from adapters.platforms import Receive
from bot.chat.reading import ThreadReader
from runtime.errors import AetherError
from runtime.events import MessageReceived
from runtime.facts import Entry
from runtime.folds.fold import fold
from runtime.ports import Clock, Journal, SessionRow

log = structlog.get_logger(__name__)

SESSIONS, THREADS = 500, 50  # the newest sessions that are looked at; threads that are read
_WARM = timedelta(hours=1)  # a thread that was used so lately may have got its next task
_UNSPOKEN = frozenset({"late", "command"})
"""Channels of messages that stand in no thread: a late approval, and commands."""


class Missed:
    """Reads the threads again that are live: a task runs or waits there, or just ended. What is
    known already changes nothing, so reading too much is harmless."""

    def __init__(
        self, journal: Journal, reader: ThreadReader, receive: Receive, clock: Clock
    ) -> None:
        self._journal, self._reader = journal, reader
        self._receive, self._clock = receive, clock
        self._turns = defaultdict[str, asyncio.Lock](asyncio.Lock)

    async def take_up(self, platform: str) -> None:
        """Best effort: what fails is logged. Never raises."""
        async with self._turns[platform]:
            try:
                rows = await self._journal.sessions(SESSIONS)
            except AetherError as error:
                log.warning("missed.unread", platform=platform, why=str(error))
                return
            threads = 0
            for row in (row for row in rows if row.address.platform == platform):
                threads += await self._look(row)
                if threads >= THREADS:
                    log.warning("missed.many", platform=platform, read=threads)
                    return

    async def _look(self, row: SessionRow) -> bool:
        """Whether the thread was live, and read."""
        try:
            entries = await self._journal.read(row.session_id)
            if not self._is_live(row, entries):
                return False
            replies = await self._reader.after(row.address, last_said(entries))
            for reply in replies:
                await self._receive(reply)
            if replies:
                log.info("missed.taken_up", session=row.session_id, messages=len(replies))
        except AetherError as error:
            log.warning("missed.failed", session=row.session_id, why=str(error))
        except Exception:  # noqa: BLE001 -- one thread must not keep the others from being read
            why = traceback.format_exc()
            log.error("missed.broke", session=row.session_id, exception=why)
        return True

    def _is_live(self, row: SessionRow, entries: Sequence[Entry]) -> bool:
        if row.awake or row.due_at is not None or self._clock.now() - row.updated_at < _WARM:
            return True
        return fold(row.session_id, entries).run is not None


def last_said(entries: Sequence[Entry]) -> str:
    """The newest message of the thread that is on the record; "" if there is none."""
    for entry in reversed(entries):
        fact = entry.fact
        if isinstance(fact, MessageReceived) and fact.channel not in _UNSPOKEN:
            return fact.message_id
    return ""
