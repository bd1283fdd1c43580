"""2,000 clicks at once on 100 gates that one or two people decide: each has one winner."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from contextlib import aclosing
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest
from crash_reference import did

from runtime.approvals import Duration, Risk, Rule
from runtime.decide import inbox
from runtime.dependencies import Dependencies, OneModel
from runtime.events import ApprovalReceived, ApprovalRequired, MessageReceived, RunFinished
from runtime.facts import Entry, Fact, VoteCast
from runtime.host import HostState, open_host
from runtime.ids import Actor, Address, ApprovalId, session_id
from runtime.ports import Appended, Known, Refused
from runtime.profile import Profile, always
from runtime.testing.clock import ManualClock
from runtime.testing.model import Line, ScriptedModel
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.policy import Policy
from runtime.tools.risk_patterns import RiskPattern

ROOMS = [Address(platform="embedded", thread=str(n)) for n in range(20)]
# As many as are asked about at once.
COMMANDS = [f"rm -rf {word}-{n}" for n, word in enumerate(("one", "two", "one", "two", "one"))]
PEOPLE = [Actor(id=f"p{n}") for n in range(10)]
POLICY = Policy(
    patterns=(RiskPattern(re.compile("two"), Risk.HIGH, "two must look"),),
    rules={Risk.MEDIUM: Rule(anyone=True), Risk.HIGH: Rule(anyone=True, votes=2)},
)

Answer = Appended | Known | Refused
Seen = TypeVar("Seen", ApprovalRequired, RunFinished)


def dependencies(url: str, folder: Path, sandbox: FakeSandbox) -> Dependencies:
    calls = tuple(("shell", {"command": command}) for command in COMMANDS)
    sandbox.answer(lambda _: True, did)
    return Dependencies(
        database_url=url,
        data_dir=folder,
        models=OneModel(ScriptedModel((Line(calls=calls), Line(text="Done.")))),
        sandbox=sandbox,
        profile_for=always(Profile(model="scripted", tools=("shell",), policy=POLICY)),
        clock=ManualClock(),  # no timer and no sweep helps
    )


async def test_on_sqlite(tmp_path: Path) -> None:
    await race(f"sqlite:///{tmp_path / 'a.db'}", tmp_path)


@pytest.mark.postgres
async def test_on_postgres(tmp_path: Path, postgres_database: str) -> None:
    await race(postgres_database, tmp_path)


async def race(url: str, folder: Path) -> None:
    sandbox = FakeSandbox()
    async with asyncio.timeout(60), open_host(dependencies(url, folder, sandbox)) as service:
        gates = [
            (room, gate)
            for asked in await asyncio.gather(*(ask(service, room) for room in ROOMS))
            for room, gate in asked
        ]
        clicks = [(room, gate, who) for room, gate in gates for who in PEOPLE * 2]
        Random(1).shuffle(clicks)
        answers = await asyncio.gather(*(click(service, *one) for one in clicks))
        assert len(answers) == 2000
        winners = Counter(decided for answer in answers for decided in decisions(answer))
        assert winners == Counter({gate: 1 for _, gate in gates}), "one winner each"
        for room in ROOMS:
            await until(service, room, RunFinished, 1)
            check(await service.journal.read(session_id(room)), sandbox)


async def ask(service: HostState, room: Address) -> list[tuple[Address, ApprovalId]]:
    said = MessageReceived(actor=PEOPLE[0], text="Go", message_id="1")
    await service.sessions.tell(room, (said,))
    asked = await until(service, room, ApprovalRequired, len(COMMANDS))
    return [(room, gate.approval_id) for gate in asked]


async def until(service: HostState, room: Address, kind: type[Seen], times: int) -> list[Seen]:
    seen: list[Seen] = []
    async with aclosing(service.sessions.events(session_id(room))) as events:
        async for envelope in events:
            if isinstance(envelope.event, kind):
                seen.append(envelope.event)
            if len(seen) == times:
                return seen
    raise AssertionError("events never end")


async def click(service: HostState, room: Address, gate: ApprovalId, who: Actor) -> Answer:
    yes = int(who.id[1:]) % 4 != 3
    now = service.clock.now()
    vote = inbox.vote(gate, who, approve=yes, duration=Duration.ONCE, now=now)
    return await service.sessions.tell(room, vote)


def decisions(answer: Answer) -> list[ApprovalId]:
    entries = answer.entries if isinstance(answer, Appended) else ()
    return [e.fact.approval_id for e in entries if isinstance(e.fact, ApprovalReceived)]


def check(entries: list[Entry], sandbox: FakeSandbox) -> None:
    """By the record alone: each decision follows from exactly the votes before it, and what was
    approved ran once, what was denied never."""
    facts = [entry.fact for entry in entries]
    for gate in (fact for fact in facts if isinstance(fact, ApprovalRequired)):
        votes = [f for f in facts if isinstance(f, VoteCast) and f.approval_id == gate.approval_id]
        (received,) = decided(facts, gate.approval_id)
        assert len({vote.actor.id for vote in votes}) == len(votes)
        assert [vote.approve for vote in votes[:-1]] == [True] * (len(votes) - 1)
        if received.approved:
            assert len(votes) == gate.rule.votes
            assert list(received.actors) == [vote.actor for vote in votes]
        else:
            assert not votes[-1].approve
        assert sandbox.effects.get(f"run {gate.call_id}", 0) == received.approved


def decided(facts: list[Fact], gate: ApprovalId) -> list[ApprovalReceived]:
    return [f for f in facts if isinstance(f, ApprovalReceived) and f.approval_id == gate]
