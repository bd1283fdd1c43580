"""A house behind the workbench: the real runtime, a scripted model, a sandbox in memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from adapters.ports.inbound import Attachment
from adapters.web import json_socket
from adapters.web.access import Access
from adapters.web.context import About, SessionStatus, WebContext
from adapters.web.server import address_of, listen, serving
from bot.router import InboundRouter
from runtime import AgentManager
from runtime.clock import SystemClock
from runtime.dependencies import Dependencies, OneModel
from runtime.events import FileRef
from runtime.facts import is_shown
from runtime.folds.fold import fold
from runtime.folds.view import project
from runtime.ids import NO_SEQ, Actor, Address, ArtifactHash, SessionId, session_id
from runtime.journal import FileArtifacts
from runtime.live.sessions import JournalSessions
from runtime.ports import Model, SessionRow
from runtime.profile import Profile, always
from runtime.testing.model import Line, ScriptedModel
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.catalog import NAMES

PATIENCE = 60.0  # seconds until a test gives up

# A Tab reads, and answers a ping, only while a frame is waited for; meanwhile nobody lets it go.
json_socket.HEARTBEAT = json_socket.PATIENCE = 10 * PATIENCE


@dataclass(frozen=True, slots=True)
class WebHouse:
    manager: AgentManager
    sandbox: FakeSandbox

    @property
    def sessions(self) -> JournalSessions:
        return self.manager.sessions


@asynccontextmanager
async def open_web_house(
    folder: Path, *script: Line, model: Model | None = None
) -> AsyncGenerator[WebHouse]:
    """The same folder is the same database: open it again with a new script. Every command works,
    unless the test says otherwise."""
    sandbox = FakeSandbox()
    sandbox.on(lambda _: True)
    mind = model or ScriptedModel(list(script) or [Line(text="Hello.")])
    parts = Dependencies(
        database_url=f"sqlite:///{folder / 'aether.db'}",
        data_dir=folder,
        models=OneModel(mind),
        sandbox=sandbox,
        profile_for=always(Profile(model=mind.name, tools=NAMES)),
        settled_in_append=frozenset({"terminal", "embedded", "web"}),
    )
    async with AgentManager(parts) as manager:
        yield WebHouse(manager, sandbox)


async def _find(service: WebHouse, session: SessionId) -> SessionRow | None:
    return await service.manager.service.journal.session(session)


async def _standing(service: WebHouse, session: SessionId) -> SessionStatus:
    entries = await service.manager.service.journal.read(session)
    state = fold(session, entries)
    shown = max((entry.seq for entry in entries if is_shown(entry.fact)), default=NO_SEQ)
    paused = state.run is not None and state.run.paused
    return SessionStatus(idle=state.run is None and not state.inbox, paused=paused, shown=shown)


def web_door(service: WebHouse, folder: Path) -> WebContext:
    """As bot composes it."""
    artifacts, clock = FileArtifacts(folder / "artifacts"), SystemClock()

    async def keep(address: Address, file: Attachment) -> FileRef:
        data = await artifacts.get(ArtifactHash(file.handle))
        return FileRef(
            name=file.name,
            artifact=ArtifactHash(file.handle),
            size=len(data),
            media_type=file.media_type,
        )

    return WebContext(
        sessions=service.sessions,
        artifacts=artifacts,
        receive=InboundRouter(service.sessions, clock, keep).receive,
        find=lambda session: _find(service, session),
        standing=lambda session: _standing(service, session),
        about=About("test", "scripted", "A script plays the model.", True, "semi"),
        person=Actor(id="ann", name="Ann"),
        clock=clock,
        show=project,
    )


@dataclass(frozen=True, slots=True)
class Bench:
    """A served workbench and an HTTP client in front of it."""

    service: WebHouse
    context: WebContext
    url: str
    http: aiohttp.ClientSession

    def session(self, thread: str) -> SessionId:
        return session_id(Address(platform="web", thread=thread))


@asynccontextmanager
async def open_bench(
    folder: Path,
    *script: Line,
    model: Model | None = None,
    access: Access | None = None,
    port: int = 0,
    change: Callable[[WebContext], WebContext] = lambda context: context,
) -> AsyncGenerator[Bench]:
    """On a free port of this machine, unless the test names one."""
    waiting = listen("127.0.0.1", port)
    async with open_web_house(folder, *script, model=model) as service:
        context = change(web_door(service, folder))
        async with (
            serving(waiting, context, access or Access()),
            aiohttp.ClientSession(
                address_of(waiting), connector=aiohttp.TCPConnector(limit=0)
            ) as http,
        ):
            yield Bench(service, context, address_of(waiting), http)


class Tab:
    """A client of the agent socket that keeps what it got."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []
        self.fragments: dict[str, str] = {}

    async def send(self, **frame: Any) -> None:
        await self.socket.send_str(json.dumps(frame))

    async def until(self, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The next frame that is wanted."""
        async with asyncio.timeout(PATIENCE):
            while True:
                frame = json.loads(await self.socket.receive_str())
                self._keep(frame)
                if wanted(frame):
                    return frame

    async def event(self, tag: str) -> dict[str, Any]:
        frame = await self.until(lambda f: "event" in f and f["event"]["event"]["type"] == tag)
        return frame["event"]["event"]

    async def reply(self) -> dict[str, Any]:
        """The ack or the error of what was sent."""
        return await self.until(lambda frame: "ack" in frame or "error" in frame)

    async def page(self, *texts: str) -> dict[str, str]:
        """The fragments, as soon as all the texts stand in them."""
        while not all(any(text in html for html in self.fragments.values()) for text in texts):
            await self.until(lambda frame: "fragment" in frame)
        return self.fragments

    def _keep(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        if "fragment" in frame:
            fragment = frame["fragment"]
            self.fragments.pop(fragment["key"], None)
            if fragment["html"]:
                self.fragments[fragment["key"]] = fragment["html"]


@asynccontextmanager
async def tab(bench: Bench, thread: str = "t", query: str = "") -> AsyncGenerator[Tab]:
    async with bench.http.ws_connect(f"/ws/agent/{thread}{query}") as socket:
        yield Tab(socket)
