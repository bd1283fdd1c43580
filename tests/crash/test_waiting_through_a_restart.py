"""What waits for people outlives its process: reminders, expiry, and clicks while nobody runs."""

from __future__ import annotations

import asyncio

import pytest
from crash_spec import Doom
from crash_stage import ADDRESS, ANN, SESSION
from crash_world import Outcome, World

from runtime.approvals import Duration
from runtime.decide import inbox
from runtime.events import ApprovalExpired, ApprovalRequired, MessageReceived, Notice
from runtime.facts import Parked
from runtime.folds.fold import fold
from runtime.ports import Appended

pytestmark = pytest.mark.crash


def test_a_reminder_and_the_expiry_survive(sqlite_world: World) -> None:
    world = sqlite_world
    world.start(scenario="expiry", doom=Doom(point="after", n=7)).killed()
    assert isinstance(world.entries()[-1].fact, Parked)
    world.start(scenario="expiry", ahead=6_000.0, doom=Doom(point="after", n=3)).killed()
    facts = [entry.fact for entry in world.entries()]
    assert isinstance(facts[-1], Parked)
    assert sum(isinstance(fact, Notice) for fact in facts) == 1, "reminded"

    world.start(scenario="expiry", ahead=12_000.0).done()
    outcome = world.outcome()
    facts = [entry.fact for entry in world.entries()]
    assert sum(isinstance(fact, Notice) for fact in facts) == 1, "reminded again"
    assert sum(isinstance(fact, ApprovalExpired) for fact in facts) == 1
    assert "timed out" in outcome.answers[0]
    # The late click asks anew: a message, another gate, and this time the call runs.
    assert sum(isinstance(fact, MessageReceived) for fact in facts) == 2
    assert sum(isinstance(fact, ApprovalRequired) for fact in facts) == 2
    assert outcome.answers[1] == "exit code 0\ndid rm -rf build\n"
    gates = [text for key, text in outcome.thread.items() if key.startswith("gate:")]
    assert [text.splitlines()[-1] for text in gates] == ["[expired]", "[approved Ann]"]


def test_clicks_while_nobody_runs_count(sqlite_world: World, reference: Outcome) -> None:
    world = sqlite_world
    world.start(doom=Doom(point="outbox", n=6)).killed()
    asyncio.run(click(world))
    world.start().done()
    assert world.outcome() == reference


async def click(world: World) -> None:
    """Both decisions, from a process that drives nothing."""
    async with world.journal() as journal:
        run = fold(SESSION, await journal.read(SESSION)).run
        assert run is not None
        for gate in run.gates:
            vote = inbox.vote(
                gate.approval_id,
                ANN,
                approve="build" in gate.operation,
                duration=Duration.ONCE,
                now=gate.expires_at.min.replace(tzinfo=gate.expires_at.tzinfo),
            )
            assert isinstance(await journal.tell(ADDRESS, vote), Appended)
