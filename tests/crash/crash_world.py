"""One test's world: a database, a shelf, a chat server, and the children that use them."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chat_server import ChatServer
from crash_actors import HurriedClock
from crash_children import Child, Zygote
from crash_spec import Spec
from crash_stage import SESSION

from runtime.engine import LocalEngine
from runtime.events import (
    MessageReceived,
    ResponseComplete,
    RunFinished,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.facts import Entry
from runtime.ids import CallId
from runtime.journal import FileArtifacts, SqlJournal
from runtime.testing.settler import messages, seen
from runtime.testing.shelf import Shelf
from runtime.view import ThreadView


@dataclass(frozen=True, slots=True)
class Outcome:
    """What must be the same, however often the process died."""

    said: tuple[str, ...]
    results: dict[str, str]
    answers: tuple[str, ...]
    ends: tuple[str, ...]
    thread: dict[str, str]
    """The newest text of each message on the chat server, by key."""


@dataclass(slots=True)
class World:
    zygote: Zygote
    chat: ChatServer
    spec: Spec
    children: list[Child] = field(default_factory=list[Child])

    def start(self, **changes: Any) -> Child:  # fields of Spec
        log = self.spec.data_dir / f"child-{len(self.children) + 1}.log"
        child = self.zygote.start(self.spec.model_copy(update={"log": log, **changes}))
        self.children.append(child)
        return child

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.spec.data_dir / "shelf")

    def effects(self) -> dict[str, int]:
        """What was done in the world and how often: "run <call id>", "write …", "model <place>"."""
        return {
            key.removeprefix("effect "): int(value)
            for key, value in sorted(self.shelf.items())
            if key.startswith("effect ")
        }

    def lost_calls(self) -> list[CallId]:
        """Commands that were on record as begun, and never began."""
        done = self.effects()
        facts = [entry.fact for entry in self.entries()]
        starts = [f for f in facts if isinstance(f, ToolCallStart) and f.tool == "shell"]
        return [start.call_id for start in starts if f"run {start.call_id}" not in done]

    def entries(self) -> list[Entry]:
        return asyncio.run(self._entries())

    async def _entries(self) -> list[Entry]:
        async with self.journal() as journal:
            return await journal.read(SESSION)

    def journal(self):
        """The database in this process: for reading, and for clicks while no child lives."""
        clock = HurriedClock(self.spec.born, self.spec.ahead)
        return SqlJournal.open(
            self.spec.database_url,
            clock=clock,
            artifacts=FileArtifacts(self.spec.data_dir / "artifacts"),
            wake=LocalEngine(clock).wake,
            published=lambda session, entries: None,
        )

    def outcome(self) -> Outcome:
        """What came of it. Raises if anything was recorded, done or posted twice."""
        entries = self.entries()
        view = seen(SESSION, entries)
        thread = self.chat.newest()
        assert thread == dict(messages(view)), "the thread shows something else than the journal"
        self.check_nothing_twice()
        return Outcome(
            said=tuple(e.fact.text for e in entries if isinstance(e.fact, MessageReceived)),
            results=results(view),
            answers=tuple(
                e.fact.text
                for e in entries
                if isinstance(e.fact, ResponseComplete) and e.fact.final
            ),
            ends=tuple(e.fact.outcome for e in entries if isinstance(e.fact, RunFinished)),
            thread=thread,
        )

    def check_nothing_twice(self) -> None:
        """No result is on record twice; no command ran twice."""
        facts = [entry.fact for entry in self.entries()]
        ended = Counter(
            fact.call_id for fact in facts if isinstance(fact, ToolCallComplete | ToolCallFailed)
        )
        assert max(ended.values(), default=1) == 1, f"a result was recorded twice: {ended}"
        runs = {what: n for what, n in self.effects().items() if what.startswith("run ")}
        assert max(runs.values(), default=1) == 1, f"a command ran twice: {runs}"


def results(view: ThreadView) -> dict[str, str]:
    """What became of each call, by its id."""
    return {
        call.call_id: f"{call.status} {call.failure} {call.exit_code} {call.output}"
        for run in view.runs
        for call in run.calls
    }


def fresh(folder: Path, template: Path | None) -> str:
    """The URL of a SQLite database in this folder, migrated already if there is a template."""
    file = folder / "aether.db"
    if template is not None:
        file.write_bytes(template.read_bytes())
    return f"sqlite:///{file}"
