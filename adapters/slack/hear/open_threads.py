"""Threads of a workspace where something is open: a task that runs or waits, or a permission."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapters.slack.places import PLATFORM
from runtime.approvals import Grant
from runtime.ids import Address, SessionId, session_id
from runtime.ports import Sessions
from runtime.view import RunView, ThreadView

_LISTED = 500  # of the newest sessions of all platforms
_LOOKED_INTO = 40  # of the newest threads of this workspace


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


async def open_threads(
    sessions: Sessions, now: datetime, team: str, channel: str = ""
) -> list[OpenThread]:
    """The newest first; of one channel if it is named."""
    rows = [
        row
        for row in await sessions.list(_LISTED)
        if (row.address.platform, row.address.team) == (PLATFORM, team)
        and channel in ("", row.address.channel)
    ]
    found: list[OpenThread] = []
    for row in rows[:_LOOKED_INTO]:
        view = await _view(sessions, row.session_id)
        grants = tuple(g for g in view.grants if g.expires_at is None or now < g.expires_at)
        thread = OpenThread(row.address, view, grants)
        if thread.run is not None or grants:
            found.append(thread)
    return found


async def _view(sessions: Sessions, session: SessionId) -> ThreadView:
    feed = await sessions.view(session)
    try:
        return feed.view
    finally:
        await feed.aclose()
