"""Signs of life: a reaction, the state of the agent session, or words under the composer."""

from __future__ import annotations

import asyncio

import pytest
from slack_stage import stage

from adapters.simulators.slack.faults import Limited, Refused
from adapters.simulators.slack.registration import Registration
from adapters.testing.contract import answer
from runtime.events import Phase
from runtime.testing.clock import ManualClock

SESSIONS, WORDS = "agents.sessions.setStatus", "assistant.threads.setStatus"


async def test_a_message_is_seen_once() -> None:
    async with stage(ManualClock()) as it:
        for _ in range(2):
            await it.surface.signal(it.address, it.address.thread, Phase.IDLE)
        root = it.slack.messages("general")[0]
        assert [(r.name, len(r.users)) for r in root.reactions] == [("eyes", 1)]


async def test_phases_are_states_of_the_session() -> None:
    async with stage(ManualClock()) as it:
        states: list[str | None] = []
        for phase in (Phase.PLANNING, Phase.THINKING, Phase.PAUSED, Phase.TOOL_CALLING, Phase.IDLE):
            await it.surface.signal(it.address, None, phase)
            states.append(it.slack.session("general", it.address.thread).state)
        assert states == ["processing", "processing", "suspended", "processing", "active"]
        assert it.called(SESSIONS, WORDS) == [SESSIONS] * 4  # what stands is not said again


async def test_a_long_task_is_said_again() -> None:
    """Slack forgets a state after an hour."""
    clock = ManualClock()
    async with stage(clock) as it:
        await it.surface.signal(it.address, None, Phase.THINKING)
        clock.advance(700)
        await it.surface.signal(it.address, None, Phase.TOOL_CALLING)
        assert it.called(SESSIONS) == [SESSIONS] * 2


@pytest.mark.parametrize("error", ["", "unknown_method", "feature_disabled"])
async def test_an_app_that_is_no_agent_says_it_in_words(error: str) -> None:
    registration = Registration(is_agent=bool(error))
    async with stage(ManualClock(), registration=registration) as it:
        if error:
            it.slack.inject(Refused(SESSIONS, error))
        for phase, said in (
            (Phase.THINKING, "is thinking…"),
            (Phase.PAUSED, "is waiting for a decision"),
            (Phase.IDLE, ""),
        ):
            await it.surface.signal(it.address, None, phase)
            assert it.slack.session("general", it.address.thread).said == said
        assert it.called(SESSIONS, WORDS) == [SESSIONS, WORDS, WORDS, WORDS]
        (rate_limit,) = it.surface.cost(it.address, "signal")
        assert rate_limit.name.endswith(WORDS)


async def test_words_stay_while_the_task_goes_on() -> None:
    """Slack takes them away after two minutes, and with every message of ours."""
    clock = ManualClock()
    async with stage(clock, registration=Registration(is_agent=False)) as it:

        def said() -> str:
            return it.slack.session("general", it.address.thread).said

        await it.surface.signal(it.address, None, Phase.TOOL_CALLING)
        ref = await it.surface.post(it.place, answer("a"))
        assert said() == "is using a tool…"
        for number in range(8):
            clock.advance(40)
            await it.surface.edit(ref, answer(f"{number}"))
            assert said() == "is using a tool…"
        assert len(it.called(WORDS)) == 2 + 4
        await it.surface.signal(it.address, None, Phase.IDLE)
        clock.advance(80)
        await it.surface.edit(ref, answer("the end"))
        await it.surface.post(it.place, answer("more", 2))
        assert said() == ""
        assert len(it.called(WORDS)) == 2 + 4 + 1


async def test_words_that_cannot_be_said_again_hold_nothing_up() -> None:
    clock = ManualClock()
    async with stage(clock, registration=Registration(is_agent=False)) as it:
        await it.surface.signal(it.address, None, Phase.THINKING)
        it.slack.inject(Limited(WORDS))
        ref = await it.surface.post(it.place, answer("a"))
        await it.surface.edit(ref, answer("b"))
        assert await it.read(ref) == "b"
        assert len(it.called(WORDS)) == 2


async def test_threads_that_learn_it_together_leave_the_words() -> None:
    async with stage(ManualClock()) as it:
        it.slack.inject(Refused(SESSIONS, "not_authorized", times=3))
        others = [it.address.model_copy(update={"thread": f"{n}.000001"}) for n in (1, 2)]
        signals = (it.surface.signal(a, None, Phase.THINKING) for a in (it.address, *others))
        await asyncio.gather(*signals, return_exceptions=True)
        await it.surface.signal(it.address, None, Phase.PAUSED)
        said = it.slack.session("general", it.address.thread).said
        assert said == "is waiting for a decision"


async def test_without_either_nothing_is_said_and_nothing_spent() -> None:
    async with stage(ManualClock()) as it:
        it.slack.inject(Refused(SESSIONS, "not_authorized"))
        it.slack.inject(Refused(WORDS, "unknown_method"))
        for phase in (Phase.THINKING, Phase.TOOL_CALLING):
            await it.surface.signal(it.address, None, phase)
            await it.surface.post(it.place, answer("a"))
        assert it.called(SESSIONS, WORDS) == [SESSIONS, WORDS]
        assert it.surface.cost(it.address, "signal") == ()
