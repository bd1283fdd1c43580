"""People in front of a desk, on the real runtime."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

from drawn_button import drawn
from web_house import WebHouse

from adapters.ports import button as press
from adapters.ports.inbound import Attachment, Press, Receipt, Reply
from bot.router import InboundRouter
from runtime.clock import SystemClock
from runtime.events import FileRef
from runtime.ids import Actor, Address, ApprovalId, ArtifactHash, session_id
from runtime.view import ThreadView

ANN, BOB = Actor(id="ann", name="Ann"), Actor(id="bob", name="Bob")
HERE = Address(platform="embedded", thread="desk")
SECONDS = 60.0  # until a test gives up


async def keep(address: Address, file: Attachment) -> FileRef:
    return FileRef(name=file.name, artifact=ArtifactHash("0" * 64), size=file.size)


class Scene:
    """A house, its desk, and people in front of it."""

    def __init__(self, service: WebHouse) -> None:
        self.service = service
        self.router = InboundRouter(service.sessions, SystemClock(), keep)
        self._ids = itertools.count()

    async def say(self, text: str, actor: Actor = ANN, message_id: str = "") -> Receipt:
        name = message_id or f"m{next(self._ids)}"
        return await self.router.receive(Reply(HERE, actor, name, text))

    async def press(self, token: press.ButtonToken, actor: Actor = ANN) -> Receipt:
        """As its button is drawn now."""
        feed = await self.service.sessions.view(session_id(HERE))
        shown = drawn(token, feed.view)
        await feed.aclose()
        return await self.router.receive(Press(HERE, actor, f"p{next(self._ids)}", shown))

    async def until(self, condition: Callable[[ThreadView], object]) -> ThreadView:
        feed = await self.service.sessions.view(session_id(HERE))
        try:
            async with asyncio.timeout(SECONDS):
                while not condition(view := await feed.changed()):
                    pass
            return view
        finally:
            await feed.aclose()

    async def gate(self) -> ApprovalId:
        view = await self.until(lambda v: v.run and any(not g.decided for g in v.run.gates))
        assert view.run is not None
        return view.run.gates[-1].approval_id


def ended(view: ThreadView) -> bool:
    return bool(view.runs) and all(run.finished_at for run in view.runs)
