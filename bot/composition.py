"""The one composition root: settings become plain values, rooms become a house."""

from __future__ import annotations

import asyncio
import difflib
import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Literal, get_args

from bot.logs.redact import Redactor, secrets_in, secrets_of
from bot.models import InstalledModels, model_of
from bot.profiles import check_tools, entry_at, profiles_of
from bot.sandbox_watch import SandboxWatch
from bot.service import Service
from bot.settings import settings_sheet
from config.errors import BadSettings
from config.load import load
from config.settings import Settings
from runtime import AgentManager
from runtime.clock import SystemClock
from runtime.dependencies import Dependencies, Settlers, no_settlers
from runtime.errors import JournalUnavailable, Misconfigured, SandboxUnavailable
from runtime.events import Event
from runtime.fairness import Capacity
from runtime.ids import Address, SessionId
from runtime.journal.database import parsed, place
from runtime.models.selection import Chosen
from runtime.ports import Clock
from sandbox import DockerSandbox, SandboxSettings

PARKED = timedelta(minutes=5)
"""How long the container of a session that waits for people, or for its next task, is kept."""

AT_HOME = frozenset({"terminal", "embedded", "web"})
"""Platforms that need no connection: what stands on the record is shown."""


def read_settings(file: Path | None = None, mode: str | None = None) -> Settings:
    """Raises Misconfigured with the one line that names file, key and remedy."""
    try:
        settings = load(file, mode=mode)
    except BadSettings as error:
        raise Misconfigured(str(error)) from None
    _check_events(settings)
    check_tools(settings)
    return settings


def _check_events(settings: Settings) -> None:
    tags = [kind.model_fields["type"].default for kind in get_args(Event)]
    enabled = settings.events.enabled
    for name in () if isinstance(enabled, str) else enabled:
        if name not in tags:
            near = difflib.get_close_matches(name, tags, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"there is {', '.join(tags)}"
            raise Misconfigured(f"events.enabled: {name} is not an event; {remedy}")


def redactor(settings: Settings) -> Redactor:
    """Knows every secret of the settings and of the environment."""
    return Redactor((*secrets_of(settings), *secrets_in(settings.environ)))


def database_url(settings: Settings) -> str:
    url = settings.database.url.get_secret_value()
    return url or f"sqlite:///{settings.data_dir / 'aether.db'}"


def database_place(settings: Settings) -> str:
    """Where the journal lives, in words without a password."""
    return place(parsed(database_url(settings)))


def sandbox_of(settings: Settings, clock: Clock) -> DockerSandbox:
    """One sandbox per data folder: its containers are known by the folder's name."""
    given = settings.sandbox
    return DockerSandbox(
        SandboxSettings(
            workspace_root=settings.data_dir / "workspaces",
            instance=hashlib.sha256(str(settings.data_dir).encode()).hexdigest()[:12],
            image=given.image,
            workspace_mb=given.workspace_mb,
            workspace_files=given.workspace_files,
            disk_reserve_mb=given.disk_reserve_mb,
            workspace_host_root=given.workspace_host_root,
            docker_host=given.docker_host or settings.environ.get("DOCKER_HOST"),
            runtime=given.runtime or None,
        ),
        clock,
    )


def parts_of(
    settings: Settings,
    chosen: Chosen,
    sandbox: DockerSandbox,
    clock: Clock,
    address: str = "",
    settlers: Settlers = no_settlers,
) -> Dependencies:
    enabled = settings.events.enabled
    return Dependencies(
        database_url=database_url(settings),
        data_dir=settings.data_dir,
        profile_for=profiles_of(settings, chosen),
        models=InstalledModels(settings, chosen),
        sandbox=sandbox,
        settlers=settlers,
        settled_in_append=AT_HOME,
        clock=clock,
        address=address,
        runs=Capacity(**settings.admission.runs.model_dump()),
        model_calls=Capacity(**settings.admission.model_calls.model_dump()),
        containers=Capacity(**settings.admission.containers.model_dump()),
        events_enabled=None if isinstance(enabled, str) else frozenset(enabled),
    )


@asynccontextmanager
async def open_service(
    settings: Settings,
    grace: float = 20.0,
    address: str = "",
    settlers: Settlers = no_settlers,
) -> AsyncGenerator[Service]:
    """Serve the database while the block runs; at its end running steps get `grace` seconds.
    `address` says where, to others who want this database. Without `settlers`, threads of chat
    platforms are brought up to date by the next service.

    Raises Misconfigured, DatabaseBusy or JournalUnavailable.
    """
    clock = SystemClock()
    chosen = await model_of(settings)
    await InstalledModels(settings, chosen).check()
    sandbox = sandbox_of(settings, clock)
    try:
        manager = AgentManager(parts_of(settings, chosen, sandbox, clock, address, settlers))
        async with manager, asyncio.TaskGroup() as tasks:
            reaper = sandbox.reaper(partial(_needed, manager, clock, PARKED))
            watch = SandboxWatch(sandbox.check, clock)
            works = {"reaper": reaper.serve(), "sandbox": watch.serve(), "served": manager.served()}
            beside = [tasks.create_task(work, name=name) for name, work in works.items()]
            yield _house(settings, manager, chosen, watch)
            for task in beside:
                task.cancel()
            await manager.drain(grace)
            with suppress(SandboxUnavailable, JournalUnavailable):
                await sandbox.reaper(partial(_needed, manager, clock, timedelta())).sweep()
    finally:
        sandbox.close()


def _house(
    settings: Settings, manager: AgentManager, chosen: Chosen, watch: SandboxWatch
) -> Service:
    return Service(
        manager,
        settings.data_dir,
        chosen.why,
        chosen.model.name,
        watch,
        chosen.model.open,
        settings.threads,
        chosen.model if chosen.spec else None,  # the demo only plays its part
        partial(_replies, settings),
        settings_sheet(settings),
    )


def _replies(settings: Settings, address: Address) -> Literal["smart", "mention", "always"]:
    entry = entry_at(settings, address)
    return (entry.values if entry else settings).threads.reply


async def _needed(manager: AgentManager, clock: Clock, rest: timedelta, session: SessionId) -> bool:
    """Whether a session's container is in use, or was until a moment ago."""
    row = await manager.session(session)
    return row is not None and (row.awake or row.updated_at > clock.now() - rest)
