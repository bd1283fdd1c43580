"""What the length of a thread costs: a small task, a message into a cold session, an open page."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from long_thread import lengthened, task_of
from report import Report, Say
from story import open_house, tell_story

from runtime import AgentManager
from runtime.clock import SystemClock
from runtime.events import MessageReceived, RunFinished
from runtime.facts import Entry, Fact
from runtime.folds.state import RunState
from runtime.ids import NO_SEQ, Actor, Address, SessionId, session_id
from runtime.journal import FileArtifacts, SqlJournal
from runtime.live.snapshots import EACH
from runtime.ports import Exited, Output
from runtime.testing.model import Line, ScriptedModel
from runtime.testing.sandbox import FakeSandbox

_LONG, _COLD, _PAGE = 3_500, 20_000, 5_000  # entries
_TASKS = 8
_RATIO = 1.5
_ACK, _BLOCK, _USABLE = 0.2, 0.05, 1.0  # seconds
_ADA = Actor(id="ada", name="Ada")


@dataclass(slots=True)
class Lag:
    """The longest time for which the loop ran nothing else, in seconds."""

    longest: float = 0.0
    worked: float = 0.0
    """The most that its thread worked meanwhile: what the machine does beside it is no block."""

    async def watch(self) -> None:
        while True:
            began, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.001)
            self.worked = max(self.worked, time.thread_time() - worked)
            self.longest = max(self.longest, time.perf_counter() - began - 0.001)


@asynccontextmanager
async def _lag() -> AsyncGenerator[Lag]:
    lag = Lag()
    watching = asyncio.create_task(lag.watch())
    await asyncio.sleep(0.01)
    try:
        yield lag
    finally:
        watching.cancel()


def _thread(name: str) -> Address:
    return Address(platform="embedded", thread=name)


async def measure(say: Say, folder: Path) -> Report:
    report = Report()
    say("playing the tasks that are told again")
    task = task_of((await tell_story(folder)).entries)
    for name, entries in (("long", _LONG), ("cold", _COLD)):
        say(f"a thread of {entries:,} entries")
        report.details[name] = await _lengthen(folder, name, task, entries)
    began = time.perf_counter()
    await _snapshots(folder)
    report.details["rebuilding_seconds"] = round(time.perf_counter() - began, 2)
    await _small_tasks(report, say, folder)
    await _cold_message(report, say, folder)
    return report


async def _lengthen(folder: Path, name: str, task: list[Entry], entries: int) -> int:
    """Written with nobody there to work on it."""

    async def nobody(session: SessionId, tx: object | None = None) -> None: ...

    opening = SqlJournal.open(
        f"sqlite:///{folder / 'aether.db'}",
        clock=SystemClock(),
        artifacts=FileArtifacts(folder / "artifacts"),
        wake=nobody,
        published=lambda _, __: None,
        settled_in_append=frozenset({"embedded"}),
    )
    async with opening as journal:
        return await lengthened(journal, _thread(name), task, entries)


async def _snapshots(folder: Path) -> None:
    """Return when the background has written those that the long threads lack."""
    async with open_house(folder, ScriptedModel([]), FakeSandbox()) as manager:
        store, cold = manager.journal.snapshots, session_id(_thread("cold"))
        # The newest comes first: the cold one.
        while await store.reached(cold) < _COLD - EACH or await store.lacking(_LONG):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def _sandbox() -> FakeSandbox:
    sandbox = FakeSandbox()
    sandbox.on(lambda _: True, Output("a line of output\n" * 10), Exited(0, "exit", 0.1))
    return sandbox


def _small() -> list[Line]:
    return [Line(thinking="Look.", calls=(("shell", {"command": "ls"}),)), Line(text="Done. " * 20)]


async def _small_tasks(report: Report, say: Say, folder: Path) -> None:
    say(f"{_TASKS} small tasks in a new thread, and in a long one")
    model = ScriptedModel(_small() * 2 * (_TASKS + 1))
    cpu: dict[str, list[float]] = {"new": [], "long": []}
    async with open_house(folder, model, _sandbox()) as manager:
        for n in range(_TASKS + 1):
            for name in cpu:
                before = time.process_time()
                await _task(manager, _thread("long" if name == "long" else f"new-{n}"))
                cpu[name].append(time.process_time() - before)
    # The first ones load what is loaded once.
    new, long = (statistics.median(cpu[name][1:]) for name in ("new", "long"))
    report.details["small_task_cpu"] = {k: [round(x, 4) for x in v] for k, v in cpu.items()}
    report.add("small task, new thread", new * 1000, "ms CPU")
    report.add(f"small task, {_LONG:,} entries, against a new thread", long / new, "x", _RATIO)


async def _task(manager: AgentManager, address: Address) -> None:
    """Watched as a chat platform watches it: always the newest view."""
    said = MessageReceived(actor=_ADA, text="Look around.", message_id=str(time.time_ns()))
    await manager.sessions.tell(address, (said,))
    row = await manager.session(session_id(address))
    feed = await manager.sessions.view(session_id(address), row.settled_seq if row else NO_SEQ)
    try:
        while await _awake(manager, address):
            await feed.changed()
    finally:
        await feed.aclose()


async def _awake(manager: AgentManager, address: Address) -> bool:
    row = await manager.session(session_id(address))
    return row is None or row.awake


async def _cold_message(report: Report, say: Say, folder: Path) -> None:
    say(f"a message into a cold session of {_COLD:,} entries")
    address = _thread("cold")
    async with open_house(folder, ScriptedModel(_small()), _sandbox()) as manager, _lag() as lag:
        began = time.perf_counter()

        def guard(_: RunState) -> list[Fact]:
            return [MessageReceived(actor=_ADA, text="Look around.", message_id="cold")]

        await manager.sessions.tell(address, guard)
        report.add("ack into a cold session", time.perf_counter() - began, "s", _ACK)
        await _over(manager, session_id(address))
        report.details["cold_task_seconds"] = round(time.perf_counter() - began, 3)
        feed = await manager.sessions.view(session_id(address))
        await feed.aclose()
        report.details["with_view_seconds"] = round(time.perf_counter() - began, 3)
    report.details["longest_block_wall_seconds"] = round(lag.longest, 3)
    report.add("longest block of the loop meanwhile", lag.worked, "s CPU", _BLOCK)


async def _over(manager: AgentManager, session: SessionId) -> None:
    row = await manager.session(session)
    assert row is not None
    events = manager.sessions.events(session, row.head)
    async for envelope in events:
        if isinstance(envelope.event, RunFinished):
            break
    await events.aclose()
