"""`bot sessions` and `bot replay`: read the record; no lock, no service, no model."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

from bot.composition import database_place, database_url
from bot.terminal.lines import Line, Part, line
from bot.terminal.painter import of_stdout
from bot.terminal.report import report
from bot.terminal.sanitize import one_line
from bot.terminal.units import lasted
from config.settings import Settings
from runtime.clock import SystemClock
from runtime.errors import Misconfigured
from runtime.facts import envelope_of
from runtime.folds.view import project
from runtime.ids import SessionId
from runtime.journal import FileArtifacts, SqlJournal
from runtime.ports import SessionRow
from runtime.view import ThreadView

_TITLE = 60
_MANY = 10_000


async def list_sessions(settings: Settings, limit: int) -> int:
    """One line each, the newest first."""
    painter, now = of_stdout(), SystemClock().now()
    async with reading(settings) as journal:
        rows = await journal.sessions(limit)
        for row in rows:
            painter.paint((_row(row, await _view(journal, row.session_id), now),))
    if not rows:
        painter.paint((line(f"No sessions yet in {database_place(settings)}."),))
    return 0


async def replay(settings: Settings, name: str) -> int:
    """Everything that people saw of a session. Raises Misconfigured for an unknown one."""
    painter = of_stdout()
    async with reading(settings) as journal:
        rows = [r for r in await journal.sessions(_MANY) if r.session_id.startswith(name)]
        if len(rows) != 1:
            found = "no session begins" if not rows else f"{len(rows)} sessions begin"
            raise Misconfigured(f"{found} with {name!r}: `python -m bot sessions` lists them")
        view = ThreadView(rows[0].session_id)
        for entry in await journal.read(rows[0].session_id):
            if (envelope := envelope_of(entry)) is not None:
                painter.paint(report(view, envelope))
                view = project(view, envelope)
    return 0


@asynccontextmanager
async def reading(settings: Settings) -> AsyncGenerator[SqlJournal]:
    """The record, whoever serves it. Raises Misconfigured or JournalUnavailable."""

    async def nobody(session: SessionId, tx: object | None = None) -> None: ...

    opening = SqlJournal.open(
        database_url(settings),
        clock=SystemClock(),
        artifacts=FileArtifacts(settings.data_dir / "artifacts"),
        wake=nobody,
        published=lambda _, __: None,
    )
    async with opening as journal:
        yield journal


async def _view(journal: SqlJournal, session: SessionId) -> ThreadView:
    view = ThreadView(session)
    for entry in await journal.read(session):
        if (envelope := envelope_of(entry)) is not None:
            view = project(view, envelope)
    return view


def _row(row: SessionRow, view: ThreadView, now: datetime) -> Line:
    run = view.run
    state: Part = ("new", "dim")
    if run is not None:
        open_state = "waiting" if run.waiting else "running"
        state = (run.outcome or open_state, "plain" if run.outcome else "warn")
    age = lasted((now - row.updated_at).total_seconds())
    title = one_line(run.title if run else (view.lines[0].text if view.lines else ""), _TITLE)
    name = row.address.platform
    return line((row.session_id, "accent"), "  ", (f"{state[0]:<10}", state[1]),
                (f"{name:<9} {age + ' ago':<16}", "dim"), title)  # fmt: skip
