"""A realistic session, made by the real runtime: several tasks with plans, thinking, tools, gates,
and what its viewers got while it ran."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime import AgentManager
from runtime.dependencies import Dependencies, OneModel
from runtime.events import ApprovalRequired, Envelope
from runtime.facts import Entry
from runtime.ids import Address, SessionId
from runtime.ports import Exited, Model, Output
from runtime.profile import Profile, always
from runtime.testing.model import Line, ScriptedModel
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.catalog import NAMES

TASKS = 5
_WORDS = "The tests fail because the folder is stale; it is removed and the suite runs again. " * 6


def _step(n: int, status: str) -> dict[str, Any]:
    return {"id": str(n), "title": f"Step {n}", "description": "Look closer", "status": status}


def _task() -> list[Line]:
    """Plan, six calls of which one needs an approval, then the answer."""
    commands = ["ls -la", "make test", "rm -rf build", "make", "make test", "git status"]
    steps = [_step(n, "pending") for n in range(1, 5)]
    plan = Line(thinking=_WORDS, calls=(("plan", {"steps": steps}),))
    calls = [
        Line(text="Next one.", thinking=_WORDS, calls=(("shell", {"command": command}),), pieces=20)
        for command in commands
    ]
    return [plan, *calls, Line(text=_WORDS * 3, thinking=_WORDS, pieces=60)]


@dataclass(frozen=True, slots=True)
class Story:
    session: SessionId
    entries: Sequence[Entry]
    live: Sequence[Envelope]
    """Everything that a viewer got, chunks too, in order."""


@asynccontextmanager
async def open_house(
    folder: Path, model: Model, sandbox: FakeSandbox
) -> AsyncGenerator[AgentManager]:
    """A manager with the standard tools on a SQLite file in `folder`."""
    dependencies = Dependencies(
        database_url=f"sqlite:///{folder / 'aether.db'}",
        data_dir=folder,
        models=OneModel(model),
        sandbox=sandbox,
        profile_for=always(Profile(model=model.name, tools=NAMES, instructions="Be brief.")),
    )
    async with AgentManager(dependencies) as manager:
        yield manager


async def tell_story(folder: Path) -> Story:
    """Play it once; approvals are given as they come."""
    sandbox = FakeSandbox()
    sandbox.on(lambda _: True, Output("a line of output\n" * 40), Exited(0, "exit", 0.1))
    live: list[Envelope] = []
    model = ScriptedModel(_task() * TASKS)
    async with open_house(folder, model, sandbox) as manager:
        thread = manager.open(Address(platform="embedded", thread="story"))
        for n in range(TASKS):
            async for envelope in thread.run_task(f"Make the tests pass, part {n}."):
                live.append(envelope)
                if isinstance(envelope.event, ApprovalRequired):
                    await thread.decide(envelope.event.approval_id, approve=True)
        return Story(thread.id, await manager.service.journal.read(thread.id), live)
