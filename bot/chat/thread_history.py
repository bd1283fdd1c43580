"""What was said in a thread before the agent was called there for the first time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from adapters.ports.inbound import Mention, Reply
from bot.chat.thread_reader import ThreadReader
from runtime.errors import AetherError
from runtime.events import Earlier
from runtime.ids import SessionId, session_id
from runtime.ports import SessionRow

log = structlog.get_logger(__name__)

CHARACTERS, OF_ONE, MESSAGES = 12_000, 2_000, 50  # of all together, of one, how many
_LONG = 2.0  # seconds: whoever calls waits, and the platform too


class Rows(Protocol):
    """Where sessions live; `runtime.ports.Journal` satisfies it."""

    async def session(self, session: SessionId) -> SessionRow | None: ...


@dataclass(frozen=True, slots=True)
class ThreadHistory:
    """Oldest first. `left_out` older messages did not fit."""

    said: tuple[Earlier, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Beginning:
    """Reads a thread once, when its session begins."""

    rows: Rows
    reader: ThreadReader

    async def before(self, said: Mention) -> ThreadHistory:
        """Nothing for a new thread, nor for a session that exists: the journal has it. Nothing, and
        a line in the log, where it cannot be read."""
        if said.message_id == said.address.thread and not said.read_to:
            return ThreadHistory()
        if await self.rows.session(session_id(said.address)) is not None:
            return ThreadHistory()
        try:
            async with asyncio.timeout(_LONG):
                replies = await self.reader.after(said.address, "")
        except (AetherError, TimeoutError) as fault:
            log.warning("thread.unread", address=said.address, why=str(fault) or "too slow")
            return ThreadHistory()
        return past(replies, said.message_id, whole=bool(said.read_to))


def past(replies: Sequence[Reply], called: str, *, whole: bool = False) -> ThreadHistory:
    """What came before the message `called`, as much of its end as fits; where the call is about
    an older message, the `whole` thread but that."""
    ids = [reply.message_id for reply in replies]
    before = replies[: ids.index(called)] if called in ids and not whole else replies
    before = [reply for reply in before if reply.message_id != called]
    kept: list[Earlier] = []
    room = CHARACTERS
    for reply in reversed(before[-MESSAGES:]):
        earlier = _quoted(reply)
        room -= len(earlier.text) + sum(map(len, earlier.files))
        if room < 0:
            break
        kept.append(earlier)
    return ThreadHistory(tuple(reversed(kept)), len(before) - len(kept))


def _quoted(reply: Reply) -> Earlier:
    cut = len(reply.text) - OF_ONE
    text = f"{reply.text[:OF_ONE]} … ({cut} more characters)" if cut > 0 else reply.text
    return Earlier(actor=reply.actor, text=text, files=tuple(f.name[:200] for f in reply.files))
