"""The driver, the agent and the journal together: whole tasks, people who interfere."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest
from core_host import ActingModel, House, answer, any_command, heard, only, scripted, shell
from core_log import ANN, BOB, EVE

from runtime.approvals import Duration, Mode, Risk
from runtime.decide import inbox
from runtime.events import (
    ApprovalRequired,
    Limits,
    Outcome,
    QuestionAsked,
    ToolCallComplete,
    ToolCallFailed,
)
from runtime.ids import Address
from runtime.ports import Exited, Output, Refused, Returned, Said
from runtime.testing.model import Line


async def test_a_simple_question_costs_exactly_one_model_call(tmp_path: Path) -> None:
    async with scripted(tmp_path, Line("42")).open() as service:
        await service.say("what is it?")
        assert (await service.ended()).outcome is Outcome.DONE
        assert len(service.model.asked) == 1
        assert await service.tags() == [
            "message_received", "claimed", "run_started", "response_start", "usage", "model_turn",
            "response_complete", "run_finished",
        ]  # fmt: skip


async def test_a_message_after_the_end_starts_a_run_that_knows_the_first(tmp_path: Path) -> None:
    async with scripted(tmp_path, Line("one"), Line("two")).open() as service:
        await service.say("first")
        await service.ended()
        await service.say("second")
        await service.ended(2)
        assert heard(service.model.asked[1]) == ["first", "second"]
        assert service.model.asked[1][:1] == service.model.asked[0]
        assert (await service.state()).runs == 2


async def test_steering_while_a_tool_runs_is_heard_after_its_result(tmp_path: Path) -> None:
    service, go = scripted(tmp_path, shell(), Line("done")), asyncio.Event()
    service.sandbox.on(any_command, Output("out"), until=go)
    async with service.open():
        await service.say("work")
        await service.has("tool_call_start")
        await service.say("and hurry", actor=BOB)
        go.set()
        await service.ended()
        *_, result, steering = service.model.asked[1]
        assert isinstance(result, Returned)
        assert steering == Said("and hurry", "Bob")
        assert service.sandbox.effects == {f"run {service.id}.1.t1.1": 1}
        assert (await service.state()).runs == 1


async def test_a_stop_while_a_tool_runs_ends_it_on_record(tmp_path: Path) -> None:
    service = scripted(tmp_path, shell("sleep 9"), Line("never"))
    service.sandbox.on(any_command, until=asyncio.Event())
    async with service.open():
        await service.say("work")
        await service.wait_for(lambda: bool(service.sandbox.effects))
        assert not isinstance(await service.tell(inbox.stop(BOB, "s")), Refused)
        finished = await service.ended()
        assert (finished.outcome, finished.reason) == (Outcome.CANCELLED, "Stopped by Bob.")
        failed = only(await service.facts(), ToolCallFailed)
        assert (failed.kind, failed.message) == ("stopped", "Stopped by Bob while it ran.")
        async with aclosing(service.sandbox.attach(service.id, failed.call_id)) as items:
            assert [item async for item in items] == [Exited(None, "stopped", 0.0)]
        assert len(service.model.asked) == 1


async def test_a_stop_while_the_model_speaks_cuts_it_short(tmp_path: Path) -> None:
    service, closed = scripted(tmp_path), list[int]()

    async def hangs(turn: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            closed.append(turn)

    service.model = ActingModel([Line("x" * 400)], act=hangs)
    async with service.open():
        await service.say("talk")
        await service.has("response_start")
        await service.tell(inbox.stop(ANN, "s"))
        assert (await service.ended()).outcome is Outcome.CANCELLED
        assert closed == [1]


async def test_words_after_a_stop_start_anew(tmp_path: Path) -> None:
    service = scripted(tmp_path, shell(), Line("fresh"))
    service.sandbox.on(any_command, until=asyncio.Event())
    async with service.open():
        await service.say("work")
        await service.has("tool_call_start")
        await service.tell(inbox.stop(ANN, "s"))
        await service.ended()
        await service.say("something else")
        await service.ended(2)
        assert answer(await service.facts()) == "fresh"
        assert "[The task was ended: cancelled. Stopped by Ann.]" in heard(service.model.asked[-1])


async def test_a_paused_run_goes_on_where_it_was(tmp_path: Path) -> None:
    service, go = scripted(tmp_path, shell(), Line("done")), asyncio.Event()
    service.sandbox.on(any_command, until=go)
    async with service.open():
        await service.say("work")
        await service.has("tool_call_start")
        await service.tell(inbox.pause(BOB))
        go.set()
        await service.has("parked")
        assert len(service.model.asked) == 1
        await service.tell(inbox.resume(ANN))
        assert (await service.ended()).outcome is Outcome.DONE
        assert service.sandbox.effects == {f"run {service.id}.1.t1.1": 1}


async def test_an_approval_parks_the_run_and_a_click_sets_it_free(tmp_path: Path) -> None:
    service = scripted(tmp_path, shell("rm -rf build"), Line("gone"))
    service.sandbox.on(any_command)
    async with service.open():
        await service.say("clean")
        gate = only(await service.has("parked"), ApprovalRequired)
        assert (gate.risk, gate.operation) == (Risk.MEDIUM, "rm -rf build")
        assert service.sandbox.effects == {}
        row = await service.serving.service.journal.session(service.id)
        assert row is not None
        assert (row.awake, row.due_at) == (False, gate.remind_at)
        assert await service.runtime.decide(gate.approval_id, approve=True, actor=EVE) == (
            "You cannot decide this. It is for Ann."
        )
        assert await service.runtime.decide(gate.approval_id, approve=True, actor=ANN) is None
        await service.ended()
        assert service.sandbox.effects == {f"run {service.id}.1.t1.1": 1}


async def test_a_grant_for_the_thread_covers_the_same_command_of_the_next_run(
    tmp_path: Path,
) -> None:
    remove = shell("rm -rf build")
    service = scripted(tmp_path, remove, Line("gone"), remove, Line("gone again"))
    service.sandbox.on(any_command)
    async with service.open():
        await service.say("clean")
        gate = only(await service.has("parked"), ApprovalRequired)
        await service.runtime.decide(
            gate.approval_id, approve=True, duration=Duration.THREAD, actor=ANN
        )
        await service.ended()
        await service.say("and again")
        await service.ended(2)
        assert len(await service.tags("approval_required")) == 1
        assert len(service.sandbox.effects) == 2


async def test_nobody_decides_and_the_model_is_told_that_time_ran_out(tmp_path: Path) -> None:
    service = scripted(tmp_path, shell("rm -rf build"), Line("not done"))
    async with service.open():
        await service.say("clean")
        await service.has("parked")
        service.clock.advance(43_200)
        await service.has("notice")
        await service.has("parked", 2)
        service.clock.advance(43_200)
        await service.ended()
        assert only(await service.facts(), ToolCallFailed).kind == "expired"
        assert answer(await service.facts()) == "not done"
        assert len(await service.tags("notice")) == 1


async def test_a_question_waits_for_anyone_and_its_answer_is_the_result(tmp_path: Path) -> None:
    ask = Line(calls=(("ask", {"question": "Red?", "options": ["yes", "no"]}),))
    async with scripted(tmp_path, ask, Line("fine")).open() as service:
        await service.say("paint")
        question = only(await service.has("parked"), QuestionAsked)
        assert question.options == ("yes", "no")
        assert await service.runtime.answer(question.question_id, "blue", EVE) is None
        await service.ended()
        assert only(await service.facts(), ToolCallComplete).output == "blue"
        assert "not open any more" in str(await service.runtime.answer(question.question_id, "yes"))


async def test_the_budget_is_asked_for_and_ends_with_closing_words(tmp_path: Path) -> None:
    service = scripted(tmp_path, shell(), Line("so far so good"), limits=Limits(turns=1))
    service.sandbox.on(any_command)
    async with service.open():
        await service.say("work")
        question = only(await service.has("parked"), QuestionAsked)
        assert await service.runtime.answer(question.question_id, "stop", EVE) is not None
        assert await service.runtime.answer(question.question_id, "stop", ANN) is None
        assert (await service.ended()).outcome is Outcome.DONE
        assert answer(await service.facts()) == "so far so good"


async def test_two_sessions_at_once_do_not_know_each_other(tmp_path: Path) -> None:
    service, go = scripted(tmp_path, shell(), Line("done"), mode=Mode.AUTO), asyncio.Event()
    service.sandbox.on(any_command, until=go)
    async with service.open():
        await service.say("one")
        other = House(tmp_path, service.model, manager=service.manager, changed=service.changed)
        other.address = Address(platform="embedded", thread="other")
        await other.say("two")
        await service.has("tool_call_start")
        await other.has("tool_call_start")
        go.set()
        await service.ended()
        await other.ended()
        assert len(service.sandbox.effects) == 2
        assert {tuple(heard(asked)) for asked in service.model.asked} == {("one",), ("two",)}


@pytest.mark.parametrize("actor", [ANN, EVE], ids=lambda actor: actor.id)
async def test_a_message_in_the_final_turn_starts_the_next_run_at_once(
    tmp_path: Path, actor: inbox.Actor
) -> None:
    service = scripted(tmp_path)

    async def speaks(turn: int) -> None:
        if turn == 1:
            await service.say("one more", actor)

    service.model = ActingModel([Line("first"), Line("second")], act=speaks)
    async with service.open():
        await service.say("go")
        await service.ended(2)
        tags = await service.tags("run_started", "run_finished", "claimed")
        assert tags == ["claimed", "run_started", "run_finished", "run_started", "run_finished"]
        assert heard(service.model.asked[1]) == ["go", "one more"]
