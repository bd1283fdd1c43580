"""Threads where something is open: a task that runs or waits, or a permission."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runtime.approvals import Grant
from runtime.ids import Address, SessionId, session_id
from runtime.ports import Scope, Sessions
from runtime.view import RunView, ThreadView

LOOKED_INTO = 40
"""Threads of a workspace: those with a task first, then the newest."""


@dataclass(frozen=True, slots=True)
class OpenThread:
    """`grants` are those in force."""

    address: Address
    view: ThreadView
    grants: tuple[Grant, ...]

    @property
    def run(self) -> RunView | None:
        """The task that is not over."""
        run = self.view.run
        return run if run is not None and run.finished_at is None else None

    @property
    def code(self) -> str:
        """What people call it by in a command."""
        return session_id(self.address)[:6]

    @property
    def title(self) -> str:
        """Untrusted text."""
        return self.view.run.title if self.view.run else ""


@dataclass(frozen=True, slots=True)
class OpenThreads:
    """`cut`: more threads have a task than were looked into."""

    found: tuple[OpenThread, ...]
    cut: bool = False


async def open_threads(
    sessions: Sessions, now: datetime, platform: str, team: str = "", channel: str = ""
) -> OpenThreads:
    """The newest first, and before them those with a task; of one team or channel if it is
    named."""
    here = Scope(platform, team, channel)
    rows = {row.session_id: row for row in await sessions.unfinished(LOOKED_INTO + 1, here)}
    cut = len(rows) > LOOKED_INTO
    rows |= {row.session_id: row for row in await sessions.list(LOOKED_INTO, here)}
    found: list[OpenThread] = []
    for row in tuple(rows.values())[:LOOKED_INTO]:
        view = await _view(sessions, row.session_id)
        grants = tuple(g for g in view.grants if g.expires_at is None or now < g.expires_at)
        thread = OpenThread(row.address, view, grants)
        if thread.run is not None or grants:
            found.append(thread)
    return OpenThreads(tuple(found), cut)


async def _view(sessions: Sessions, session: SessionId) -> ThreadView:
    feed = await sessions.view(session)
    try:
        return feed.view
    finally:
        await feed.aclose()
