"""The journal: one transaction for each append against group commit, on both databases, one session
and 200, in turns within one run."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import journal_naive
from postgres_server import fresh_database, postgres_server
from report import Report, Say, spread

from runtime.clock import SystemClock
from runtime.events import MessageReceived, ToolCallComplete
from runtime.ids import Actor, Address, CallId, Seq, SessionId, session_id
from runtime.journal import FileArtifacts, SqlJournal
from runtime.ports import Appended

_CROWD = 200
_CROWD_TIMES, _ROUNDS = 3, 4  # appends of each of them in a round
_ALONE_TIMES = 400
_BODY = "x" * 380  # half a kilobyte with what stands around it
_POOLS = {"sqlite": 1, "postgresql": 8}
"""Connections of the comparison; more of them on SQLite only wait for its one writer, in sleeps."""

_BARS = {"sqlite": (6.0, 0.6), "postgresql": (2.0, 1.1)}
"""Rate of a crowd, at least; median alone, at most. Both are ratios to one transaction each."""

Append = Callable[[SessionId, ToolCallComplete, Seq], Awaitable[object]]
_numbers = count(1)


@dataclass(slots=True)
class Way:
    """One way of appending, and what was measured of it."""

    append: Append
    heads: dict[SessionId, Seq]
    alone: list[float] = field(default_factory=list[float])
    crowd: list[float] = field(default_factory=list[float])
    crowd_seconds: float = 0.0

    async def write(self, session: SessionId) -> float:
        """One append at the head. Seconds until it was durable."""
        expect = self.heads[session]
        fact = ToolCallComplete(call_id=CallId(f"{session}.1.t1.{next(_numbers)}"), output=_BODY)
        began = time.perf_counter()
        await self.append(session, fact, expect)
        self.heads[session] = Seq(expect + 1)
        return time.perf_counter() - began

    async def write_alone(self) -> None:
        self.alone.append(await self.write(next(iter(self.heads))))

    async def round_crowd(self) -> None:
        async def some(session: SessionId) -> list[float]:
            return [await self.write(session) for _ in range(_CROWD_TIMES)]

        began = time.perf_counter()
        for seconds in await asyncio.gather(*map(some, self.heads)):
            self.crowd += seconds
        self.crowd_seconds += time.perf_counter() - began


async def measure(say: Say, folder: Path) -> Report:
    report = Report()
    for name in ("each", "group"):
        (folder / name).mkdir()
    say(f"SQLite, 1 and {_CROWD} sessions, {_ROUNDS} rounds")
    urls = [f"sqlite:///{folder / name}/journal.db" for name in ("each", "group")]
    await _database(report, "sqlite", urls[0], urls[1], folder)
    say("PostgreSQL, the same")
    with (
        postgres_server() as server,
        fresh_database(server, "each") as each,
        fresh_database(server, "grouped") as group,
    ):
        await _database(report, "postgresql", each, group, folder)
    return report


async def _database(report: Report, name: str, each: str, group: str, folder: Path) -> None:
    async with _one_each(each, folder) as single, _grouped(group, folder) as grouped:
        for way in (single, grouped):
            await way.write(next(iter(way.heads)))  # connects
        syncs: list[float] = []
        for _ in range(_ALONE_TIMES):
            for way in (single, grouped):
                await way.write_alone()
            syncs.append(_sync(folder / "probe"))
        for _ in range(_ROUNDS):
            for way in (single, grouped):
                await way.round_crowd()
    # Where the disk is slow or busy with others, both ways wait for it alike.
    report.add(f"{name}, bare sync of a file meanwhile", statistics.median(syncs) * 1000, "ms")
    _tell(report, name, single, grouped)


def _sync(file: Path) -> float:
    with file.open("ab") as probe:
        began = time.perf_counter()
        probe.write(b"x" * 4096)
        probe.flush()
        os.fdatasync(probe.fileno())
        return time.perf_counter() - began


def _tell(report: Report, name: str, single: Way, grouped: Way) -> None:
    rates: list[float] = []
    for words, way in (("each by itself", single), ("group commit", grouped)):
        alone = len(way.alone) / sum(way.alone)
        rates.append(len(way.crowd) / way.crowd_seconds)
        report.add(f"{name}, 1 session, {words}", statistics.median(way.alone) * 1000, "ms")
        report.add(f"{name}, {_CROWD} sessions, {words}", rates[-1], "appends/s")
        report.details[f"{name}, {words}"] = {
            "1": spread(way.alone) | {"per_second": round(alone)},
            str(_CROWD): spread(way.crowd) | {"per_second": round(rates[-1])},
        }
    rate, median = _BARS[name]
    faster = rates[1] / rates[0]
    slower = statistics.median(grouped.alone) / statistics.median(single.alone)
    report.add(f"{name}, {_CROWD} sessions, rate ratio", faster, "x", rate, at_least=True)
    report.add(f"{name}, 1 session, median ratio", slower, "x", median)


@asynccontextmanager
async def _one_each(url: str, folder: Path) -> AsyncGenerator[Way]:
    async with _journal(url, folder) as journal:  # the tables, and the same sessions
        heads = await _sessions(journal)
    engine = journal_naive.engine_of(url, _POOLS[url.split("+")[0].split(":")[0]])
    try:
        yield Way(lambda session, fact, at: journal_naive.append(engine, session, fact, at), heads)
    finally:
        await engine.dispose()


@asynccontextmanager
async def _grouped(url: str, folder: Path) -> AsyncGenerator[Way]:
    async with _journal(url, folder) as journal:

        async def append(session: SessionId, fact: ToolCallComplete, expect: Seq) -> None:
            answer = await journal.append(session, (fact,), expect=expect)
            assert isinstance(answer, Appended)

        yield Way(append, await _sessions(journal))


async def _sessions(journal: SqlJournal) -> dict[SessionId, Seq]:
    heads: dict[SessionId, Seq] = {}
    for n in range(_CROWD):
        address = Address(platform="bench", thread=str(n))
        said = MessageReceived(actor=Actor(id="ada"), text="hello", message_id=str(n))
        await journal.tell(address, (said,))
        heads[session_id(address)] = Seq(1)
    return heads


@asynccontextmanager
async def _journal(url: str, folder: Path) -> AsyncGenerator[SqlJournal]:
    async def wake(session: SessionId, tx: object) -> None:
        """Nobody is driven."""

    opened = SqlJournal.open(
        url,
        clock=SystemClock(),
        artifacts=FileArtifacts(folder / "artifacts"),
        wake=wake,
        published=lambda session, entries: None,
    )
    async with opened as journal:
        yield journal
