"""The open house, as the commands of `bot` see it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.intake.audience import Mode
from adapters.ports.inbound import InfoReply
from bot.router import unknown_settings
from bot.sandbox_watch import SandboxWatch
from bot.terminal.session_client import SessionStatus
from config.chats import Threads
from runtime import AgentManager
from runtime.events import Envelope, FileRef
from runtime.facts import Fact
from runtime.ids import NO_SEQ, Address, SessionId
from runtime.live.sessions import JournalSessions
from runtime.ports import Appended, Guard, Known, Model, Refused, SessionRow

_MANY = 10_000  # sessions, the newest, among which a name is looked for
_UNSAFE = re.compile(r"[^\w.+@=,-]+")


_THREADS = Threads(reply="smart", deleted="stop")


@dataclass(frozen=True, slots=True)
class Service:
    """Lives inside `bot.composition.open_service`. `why` says which model thinks, and for what
    reason. `judge` is asked whom a message in a chat is for, where the rules do not say."""

    manager: AgentManager
    data_dir: Path
    why: str
    model: str = ""
    watch: SandboxWatch | None = None
    load: Callable[[], Awaitable[object]] | None = None
    """Imports the model's library; whoever comes first would wait for it."""
    threads: Threads = _THREADS
    judge: Model | None = None
    replies: Callable[[Address], Mode] = lambda address: "smart"
    """Which messages in a thread there are for the agent."""
    settings: Callable[[Address], InfoReply] = unknown_settings
    """What holds in a place, for people in it."""

    def problem(self) -> str:
        """What keeps tools from running now; "" if nothing does."""
        return self.watch.problem if self.watch else ""

    @property
    def sessions(self) -> JournalSessions:
        return self.manager.sessions

    async def tell(
        self, address: Address, facts: Sequence[Fact] | Guard
    ) -> Appended | Known | Refused:
        return await self.sessions.tell(address, facts)

    def events(self, session: SessionId) -> AsyncGenerator[Envelope, None]:
        return self.sessions.events(session)

    async def standing(self, session: SessionId) -> SessionStatus:
        row = await self.manager.session(session)
        state = await self.manager.journal.state(session)
        return SessionStatus(
            idle=state.run is None and not state.inbox,
            paused=state.run is not None and state.run.paused,
            shown=row.shown_seq if row else NO_SEQ,
        )

    async def find(self, name: str) -> SessionRow | None:
        """The session whose id begins so, if there is exactly one."""
        exact = await self.manager.session(SessionId(name))
        if exact is not None:
            return exact
        rows = await self.sessions.list(_MANY)
        rows = [row for row in rows if row.session_id.startswith(name)]
        return rows[0] if len(rows) == 1 else None

    async def save(self, session: SessionId, file: FileRef) -> Path:
        """Into data_dir/delivered; the name is untrusted, so only its harmless part is kept."""
        data = await self.sessions.artifact(session, file.artifact)
        return await write_delivered(self.data_dir, session, file, data)


async def write_delivered(data_dir: Path, session: SessionId, file: FileRef, data: bytes) -> Path:
    path = data_dir / "delivered" / session / safe_name(file.name)
    await asyncio.to_thread(_write, path, data)
    return path


def safe_name(name: str) -> str:
    """A file name that stays in its folder, hides nothing and needs no quotes."""
    last = re.split(r"[/\\]", name)[-1]
    return _UNSAFE.sub("_", last).lstrip(".-")[:120] or "file"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
