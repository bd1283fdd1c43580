"""Limits on calls of the model, on containers and on the tasks of a channel, with the whole
runtime."""

from __future__ import annotations

import asyncio
from pathlib import Path

from core_crowd import Crowd, address
from core_host import any_command, shell
from core_log import ANN, BOB

from runtime.approvals import Duration
from runtime.decide import inbox
from runtime.events import ApprovalRequired, Outcome
from runtime.fairness import Capacity
from runtime.folds.fold import fold
from runtime.ids import SessionId, session_id
from runtime.ports import Guard, Output
from runtime.testing.model import Line

ONE = Capacity(total=1)
NEXT = "Waiting: this task is next."
NEXT_CALL, CALL_BEHIND = (
    "Waiting for the model: this task is next.",
    "Waiting for the model: 1 task is ahead.",
)
NEXT_CONTAINER = "Waiting for a container: this task is next."


async def test_calls_of_the_model_are_made_one_after_the_other(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, model_calls=ONE)
    async with crowd.open():
        for name in ("a", "b", "c"):
            await crowd.say(name)
            await crowd.until(lambda name=name: is_told(crowd, name))
        await crowd.places({"a": "", "b": NEXT_CALL, "c": CALL_BEHIND})
        for name in ("a", "b", "c"):
            crowd.model.let_go(name)
            assert (await crowd.ended(name)).outcome is Outcome.DONE
        await crowd.places({"a": "", "b": "", "c": ""})
    assert crowd.model.began == ["a", "b", "c"]
    assert crowd.model.most == 1


async def test_each_turn_waits_anew_behind_the_others(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, Capacity(), shell(), shell(), Line("done"), model_calls=ONE)
    tools = asyncio.Event()
    crowd.service.sandbox.on(any_command, Output("ok"), until=tools)
    async with crowd.open():
        await crowd.say("a", ANN)
        await crowd.thinks("a")
        await crowd.say("b", BOB)
        await crowd.places({"b": NEXT_CALL})
        crowd.model.let_go("a")  # its tool runs, and takes no call of the model
        await crowd.thinks("b")
        tools.set()
        await crowd.places({"a": NEXT_CALL})
        crowd.model.let_go("b")
        for name in ("a", "b"):
            assert (await crowd.ended(name)).outcome is Outcome.DONE
    assert crowd.model.most == 1


async def test_who_waits_for_the_model_keeps_the_place_among_the_tasks(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, Capacity(total=2), model_calls=ONE)
    async with crowd.open():
        for name in ("a", "b", "c"):
            await crowd.say(name)
            await crowd.until(lambda name=name: is_told(crowd, name))
        await crowd.places({"b": NEXT_CALL, "c": NEXT})
    async with crowd.open():  # a new process knows it too
        await crowd.thinks("a")
        await crowd.places({"b": NEXT_CALL, "c": NEXT})
        for name in ("c", "b", "a"):
            crowd.model.let_go(name)
        for name in ("a", "b", "c"):
            assert (await crowd.ended(name)).outcome is Outcome.DONE
    assert crowd.model.began == ["a", "a", "b", "c"]


async def test_waiting_for_the_model_is_no_work(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, model_calls=ONE)
    async with crowd.open():
        await crowd.say("a")
        await crowd.thinks("a")
        await crowd.say("b")
        await crowd.places({"b": NEXT_CALL})
        crowd.service.clock.advance(600.0)
        view = await crowd.run("b")
        assert view is not None
        assert view.counted_from is None, "no clock runs on the card"
        crowd.model.let_go("a")
        await crowd.thinks("b")
        run = fold(
            crowd_id("b"), await crowd.service.serving.service.journal.read(crowd_id("b"))
        ).run
        assert run is not None
        assert run.spent.active.total_seconds() < 5.0
        crowd.model.let_go("b")
        await crowd.ended("b")
        view = await crowd.run("b")
        assert view is not None
        assert view.worked < 5.0


async def test_words_and_stops_reach_who_waits_for_the_model(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, model_calls=ONE)
    async with crowd.open():
        for name in ("a", "b", "c"):
            await crowd.say(name)
            await crowd.until(lambda name=name: is_told(crowd, name))
        await crowd.say("c", text="and hurry")
        await crowd.tell("b", inbox.stop(BOB, "s"))
        assert (await crowd.ended("b")).reason == "Stopped by Bob."
        await crowd.places({"c": NEXT_CALL})
        crowd.model.let_go("a")
        await crowd.thinks("c")
        crowd.model.let_go("c")
        await crowd.ended("c")
    assert "and hurry" in str(crowd.model.asked[-1])


async def test_containers_at_once_are_limited_and_who_waits_is_told(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, Capacity(), shell(), Line("done"), containers=ONE)
    tools, sandbox = asyncio.Event(), crowd.service.sandbox
    sandbox.on(any_command, Output("ok"), until=tools)
    async with crowd.open():
        for name in ("a", "b"):
            crowd.model.let_go(name)
            await crowd.say(name)
            await crowd.until(lambda name=name: runs_or_waits(crowd, name))
        await crowd.places({"a": "", "b": NEXT_CONTAINER})
        assert len(await sandbox.boxes()) == 1
        tools.set()
        for name in ("a", "b"):
            assert (await crowd.ended(name)).outcome is Outcome.DONE
    assert sandbox.most == 1
    assert [effect for effect in sandbox.effects if effect.startswith("run")] != []


async def test_the_container_of_who_waits_for_people_goes_first(tmp_path: Path) -> None:
    crowd = Crowd(
        tmp_path, Capacity(), shell("ls"), shell("rm -rf build"), Line("done"), containers=ONE
    )
    sandbox = crowd.service.sandbox
    sandbox.on(any_command, Output("ok"))
    async with crowd.open():
        for name in ("a", "b"):
            crowd.model.let_go(name)
            await crowd.say(name)
            await crowd.until(lambda name=name: asks(crowd, name))
            assert await sandbox.boxes() == [crowd_id(name)]
        gate = next(f for f in await crowd.facts("a") if isinstance(f, ApprovalRequired))
        await crowd.tell("a", yes(crowd, gate))
        assert (await crowd.ended("a")).outcome is Outcome.DONE
        assert await sandbox.boxes() == [crowd_id("a")]
    assert sandbox.most == 1


async def test_a_container_that_is_used_is_nobody_elses(tmp_path: Path) -> None:
    """Small talk warms up no container where it would take that of a call."""
    crowd = Crowd(tmp_path, Capacity(), shell(), Line("done"), containers=ONE)
    tools, sandbox = asyncio.Event(), crowd.service.sandbox
    sandbox.on(any_command, Output("ok"), until=tools)
    async with crowd.open():
        crowd.model.let_go("a")
        await crowd.say("a")
        await crowd.until(lambda: runs_or_waits(crowd, "a"))
        for name in ("b", "c"):
            await crowd.say(name)
            await crowd.until(lambda name=name: is_told(crowd, name))
        assert await sandbox.boxes() == [crowd_id("a")]
        tools.set()
        assert (await crowd.ended("a")).outcome is Outcome.DONE
        for name in ("b", "c"):
            crowd.model.let_go(name)
            assert (await crowd.ended(name)).outcome is Outcome.DONE
    assert sandbox.most == 1


async def test_a_channel_takes_only_its_share(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, Capacity(per_channel=1))
    async with crowd.open():
        for name in ("X/1", "X/2", "Y/1", "d"):
            await crowd.say(name)
            await crowd.until(lambda name=name: is_told(crowd, name))
        await crowd.thinks("X/1", "Y/1", "d")
        await crowd.places({"X/2": NEXT})
        await crowd.say("e")
        await crowd.thinks("X/1", "Y/1", "d", "e")
        crowd.model.let_go("X/1")
        await crowd.thinks("X/2", "Y/1", "d", "e")
        for name in ("X/2", "Y/1", "d", "e"):
            crowd.model.let_go(name)
            assert (await crowd.ended(name)).outcome is Outcome.DONE


async def is_told(crowd: Crowd, name: str) -> bool:
    """Whether the thread is at work, or was told that it waits."""
    return name in crowd.model.thinking or bool(await crowd.place(name))


async def runs_or_waits(crowd: Crowd, name: str) -> bool:
    tags = [fact.type for fact in await crowd.facts(name)]
    return "tool_call_start" in tags or bool(await crowd.place(name))


async def asks(crowd: Crowd, name: str) -> bool:
    return (await crowd.facts(name))[-1].type == "parked" and any(
        isinstance(fact, ApprovalRequired) for fact in await crowd.facts(name)
    )


def yes(crowd: Crowd, gate: ApprovalRequired) -> Guard:
    return inbox.vote(
        gate.approval_id, ANN, approve=True, duration=Duration.ONCE, now=crowd.service.clock.now()
    )


def crowd_id(name: str) -> SessionId:
    return session_id(address(name))
