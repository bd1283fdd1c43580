"""Asked twice, done once: trying again, and numbers that stay those of a list that was read."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn_button import drawn
from web_house import WebHouse, open_web_house

from adapters.ports import button as press
from adapters.ports.inbound import Accepted, Attachment, InfoReply, Press, Receipt, Refused, Reply
from bot.router import InboundRouter
from runtime.approvals import Duration
from runtime.clock import SystemClock
from runtime.events import FileRef
from runtime.ids import Actor, Address, ArtifactHash, RunId, session_id
from runtime.ports import Clock
from runtime.testing.clock import ManualClock
from runtime.testing.model import Line
from runtime.view import ThreadView

ANN = Actor(id="ann", name="Ann")
HERE = Address(platform="embedded", thread="again")
ASK = Line(calls=(("ask", {"question": "Which colour?", "options": ["red", "blue"]}),))
PATIENCE = 60.0  # seconds until a test gives up


async def keep(address: Address, file: Attachment) -> FileRef:
    return FileRef(name=file.name, artifact=ArtifactHash("0" * 64), size=file.size)


class Room:
    def __init__(self, service: WebHouse, clock: Clock | None = None) -> None:
        self.service = service
        self.router = InboundRouter(service.sessions, clock or SystemClock(), keep)
        self._ids = itertools.count()

    async def say(self, text: str) -> Receipt:
        return await self.router.receive(Reply(HERE, ANN, f"m{next(self._ids)}", text))

    async def press(self, token: press.ButtonToken) -> Receipt:
        """As its button is drawn now."""
        feed = await self.service.sessions.view(session_id(HERE))
        shown = drawn(token, feed.view)
        await feed.aclose()
        return await self.router.receive(Press(HERE, ANN, f"p{next(self._ids)}", shown))

    async def until(self, condition: Callable[[ThreadView], object]) -> ThreadView:
        feed = await self.service.sessions.view(session_id(HERE))
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition(view := await feed.changed()):
                    pass
            return view
        finally:
            await feed.aclose()

    async def stopped(self) -> RunId:
        """A task that somebody stopped."""
        await self.say("Paint the fence")
        await self.until(lambda view: view.run and view.run.questions)
        await self.say("stop")
        view = await self.until(lambda view: view.run and view.run.finished_at)
        return view.runs[0].run_id


@pytest.mark.parametrize("words", [True, False], ids=["words", "button"])
async def test_tried_again_once(tmp_path: Path, *, words: bool) -> None:
    async with open_web_house(tmp_path, ASK, ASK) as service:
        room = Room(service)
        again = press.on_run(await room.stopped(), "retry")
        ask = [room.say("retry") if words else room.press(again) for _ in range(2)]
        answers = await asyncio.gather(*ask)
        assert answers.count(Accepted()) == 1
        assert sum(isinstance(answer, Refused) for answer in answers) == 1
        view = await room.until(lambda view: len(view.runs) == 2)
        lines = [line.text for line in view.lines if not line.aside]
        assert lines == ["Paint the fence", "Paint the fence"]


async def test_an_old_button_begins_nothing(tmp_path: Path) -> None:
    async with open_web_house(tmp_path, ASK, Line(text="Hello.")) as service:
        room = Room(service)
        first = await room.stopped()
        await room.say("Greet")
        await room.until(lambda view: len(view.runs) == 2 and view.runs[1].finished_at)
        refused = await room.press(press.on_run(first, "retry"))
        assert refused == Refused("It is tried again already, or a newer task has begun.")
        unknown = await room.press(press.on_run(RunId("none.1"), "retry"))
        assert unknown == Refused("There is no task here that could be tried again.")


async def test_a_permission_keeps_its_number(tmp_path: Path) -> None:
    """Read as 2 it is taken back as 2, though another one ran out in between."""
    calls = (("shell", {"command": "rm -rf build"}), ("shell", {"command": "rm -rf dist"}))
    async with open_web_house(tmp_path, Line(calls=calls), ASK) as service:
        clock = ManualClock(SystemClock().now())
        room = Room(service, clock)
        await room.say("Clean up")
        for number, lasts in enumerate((Duration.QUARTER, Duration.HOUR), 1):
            view = await room.until(lambda v: v.run and any(not g.decided for g in v.run.gates))
            assert view.run is not None
            gate = next(gate for gate in view.run.gates if not gate.decided)
            assert await room.press(press.approve(gate.approval_id, lasts)) == Accepted()
            await room.until(lambda view, number=number: len(view.grants) == number)
        clock.advance(20 * 60)
        listed = await room.say("grants")
        assert isinstance(listed, InfoReply)
        assert listed.body.startswith("2. exactly this command and no other: `rm -rf dist`")
        assert isinstance(await room.say("revoke 1"), Refused)
        assert await room.say("revoke 2") == Accepted()
        view = await room.until(lambda view: len(view.grants) == 1)
        assert view.grants[0].duration is Duration.QUARTER
