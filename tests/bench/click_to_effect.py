"""From a click on an approval to the tool's effect: the run was parked, the engine is local."""

from __future__ import annotations

import statistics
import time
from contextlib import aclosing
from pathlib import Path

from bot_side import parked
from report import Report, Say, percentile, spread
from story import open_house

from runtime import AgentManager
from runtime.approvals import Duration
from runtime.decide import inbox
from runtime.events import MessageReceived, RunFinished
from runtime.folds.fold import fold
from runtime.ids import Actor, Address, ApprovalId, session_id
from runtime.ports import Appended, Command, Exited, Output
from runtime.testing.model import Line, ScriptedModel
from runtime.testing.sandbox import FakeSandbox

_RUNS = 50
_BAR = 50.0  # milliseconds
_PERSON = Actor(id="ada", name="Ada")
_SCRIPT = (Line(calls=(("shell", {"command": "rm -rf build"}),)), Line(text="Done."))


async def measure(say: Say, folder: Path) -> Report:
    effects: list[float] = []

    def effect(_: Command) -> list[Output | Exited]:
        effects.append(time.perf_counter())
        return [Exited(0, "exit", 0.0)]

    sandbox = FakeSandbox()
    sandbox.answer(lambda _: True, effect)
    async with open_house(folder, ScriptedModel(_SCRIPT), sandbox) as manager:
        say(f"parking {_RUNS} runs at their approvals")
        addresses = [Address(platform="embedded", thread=str(n)) for n in range(_RUNS)]
        for address in addresses:
            words = MessageReceived(actor=_PERSON, text="Clean up.", message_id=address.thread)
            await manager.sessions.tell(address, (words,))
        await parked(manager, [session_id(address) for address in addresses])
        assert not effects, "nothing may happen before the click"
        say("clicking one after the other")
        clicks = [await _click(manager, address) for address in addresses]
    seconds = [done - clicked for clicked, done in zip(clicks, effects, strict=True)]
    report = Report(details=spread(seconds))
    report.add("median", statistics.median(seconds) * 1000, "ms", _BAR)
    report.add("p95", percentile(seconds, 0.95) * 1000, "ms")
    return report


async def _click(manager: AgentManager, address: Address) -> float:
    """Approve, wait for the end of the run, and say when it was clicked."""
    approval = await _approval(manager, address)
    session = session_id(address)
    head = (await manager.service.journal.read(session))[-1].seq
    clicked = time.perf_counter()
    now = manager.service.clock.now()
    guard = inbox.vote(approval, _PERSON, approve=True, duration=Duration.ONCE, now=now)
    answer = await manager.sessions.tell(address, guard)
    assert isinstance(answer, Appended)
    async with aclosing(manager.sessions.events(session, head)) as events:
        async for envelope in events:
            if isinstance(envelope.event, RunFinished):
                return clicked
    raise AssertionError("events are endless")


async def _approval(manager: AgentManager, address: Address) -> ApprovalId:
    session = session_id(address)
    run = fold(session, await manager.service.journal.read(session)).run
    assert run is not None
    return run.gates[0].approval_id
