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
_LONG = 4.0  # seconds: whoever calls waits; the platform may send it again meanwhile
_ABOVE, _IN_A_DM = 3, 20  # messages of a channel before a call without words, before any other


class Rows(Protocol):
    """Where sessions live; `runtime.ports.Journal` satisfies it."""

    async def session(self, session: SessionId) -> SessionRow | None: ...


@dataclass(frozen=True, slots=True)
class ThreadHistory:
    """Oldest first. `left_out` messages did not fit, never the first one of the thread. `unseen` is
    why it could not be read; "" if it was."""

    said: tuple[Earlier, ...] = ()
    left_out: int = 0
    unseen: str = ""

    @property
    def fields(self) -> dict[str, object]:
        """Of the message that it belongs to."""
        return {"earlier": self.said, "left_out": self.left_out, "unseen": self.unseen}


@dataclass(frozen=True, slots=True)
class Beginning:
    """Reads a thread once, when its session begins."""

    rows: Rows
    reader: ThreadReader

    async def before(self, said: Mention) -> ThreadHistory:
        """Nothing for a session that exists: the journal has it. Before the first message of a
        thread stands nothing but its channel: that is read where nobody else is, and where somebody
        calls without words."""
        begins = said.message_id == said.address.thread and not said.read_to
        is_called_mutely = not (said.text.strip() or said.files or said.parts)
        if begins and not said.direct and not is_called_mutely:
            return ThreadHistory()
        if await self.rows.session(session_id(said.address)) is not None:
            return ThreadHistory()
        place = said.address.model_copy(update={"thread": ""}) if begins else said.address
        try:
            async with asyncio.timeout(_LONG):
                replies = await self.reader.after(place, "")
        except (AetherError, TimeoutError) as fault:
            why = str(fault) or "the platform was too slow"
            log.warning("thread.unread", address=said.address, why=why)
            return ThreadHistory(unseen=why)
        if begins:
            newest = _ABOVE if is_called_mutely else _IN_A_DM
            return past(replies[-newest - 1 :], said.message_id)
        return past(replies, said.message_id, whole=bool(said.read_to))


def past(replies: Sequence[Reply], called: str, *, whole: bool = False) -> ThreadHistory:
    """What came before the message `called`: the first message, and as much of the end as fits;
    where the call is about an older message, the `whole` thread but that."""
    ids = [reply.message_id for reply in replies]
    before = replies[: ids.index(called)] if called in ids and not whole else replies
    before = [reply for reply in before if reply.message_id != called]
    if not before:
        return ThreadHistory()
    root, kept = _quoted(before[0]), list[Earlier]()
    room = CHARACTERS - _size(root)
    for reply in reversed(before[1:][-MESSAGES + 1 :]):
        earlier = _quoted(reply)
        room -= _size(earlier)
        if room < 0:
            break
        kept.append(earlier)
    return ThreadHistory((root, *reversed(kept)), len(before) - len(kept) - 1)


def _size(earlier: Earlier) -> int:
    parts = sum(len(part.text) for part in earlier.parts)
    return len(earlier.text) + parts + sum(map(len, earlier.files))


def _quoted(reply: Reply) -> Earlier:
    files = tuple(f.name[:200] for f in reply.files)
    parts = tuple(p.model_copy(update={"text": _cut(p.text)}) for p in reply.parts)
    return Earlier(
        actor=reply.actor, text=_cut(reply.text), files=files, parts=parts, app=reply.app
    )


def _cut(text: str) -> str:
    more = len(text) - OF_ONE
    return f"{text[:OF_ONE]} … ({more} more characters)" if more > 0 else text
