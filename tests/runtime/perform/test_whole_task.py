"""A whole task, from the first words to the answer, over real HTTP in both shapes."""

from __future__ import annotations

from functools import partial

import pytest
from agent_stage import ANN, Stage, call, is_shell
from model_answers import Answer

from runtime.approvals import Risk
from runtime.events import (
    ApprovalRequired,
    Envelope,
    Outcome,
    Phase,
    PlanCreated,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    StateChange,
    StepCompleted,
    StepStarted,
    ThinkingChunk,
    ThinkingComplete,
    ThinkingStart,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallStart,
    Usage,
)
from runtime.facts import ModelTurn
from runtime.ports import Exited, Output

STEPS = {"title": "List the files"}, {"title": "Tidy up"}


def steps(*marks: str) -> list[dict[str, str]]:
    return [{**step, "status": mark} for step, mark in zip(STEPS, marks, strict=True)]


TASK = (
    Answer(
        "Let me look first.",
        "The user wants order.\nI list the files.",
        (
            call("plan", steps=steps("active", "pending")),
            call("shell", command="ls -l"),
            call("write_file", path="notes/über.txt", content="Grüße 🙂\n"),
        ),
    ),
    Answer(
        "",
        "Now the old folder, which needs approval.",
        (call("plan", 2, steps=steps("done", "active")), call("shell", 2, command="rm -rf old")),
    ),
    Answer("Done: **two files**.\n\n```sh\nls\n```\n", "All is in order."),
)
PHASES = [
    Phase.PLANNING, Phase.THINKING, Phase.TOOL_CALLING, Phase.OBSERVING, Phase.PLANNING,
    Phase.TOOL_CALLING, Phase.OBSERVING, Phase.TOOL_CALLING, Phase.OBSERVING, Phase.THINKING,
]  # fmt: skip


def prepared(playing: Stage) -> Stage:
    playing.fake.on(is_shell, Output("total 2\n"), Output("a.txt\n"), Exited(0, "exit", 0.5))
    return playing


async def approve(playing: Stage, envelope: Envelope) -> None:
    if isinstance(envelope.event, ApprovalRequired):
        gate = envelope.event.approval_id
        assert await playing.runtime.decide(gate, approve=True, actor=ANN) is None


@pytest.mark.parametrize("seed", range(3))
async def test_a_whole_task_however_the_bytes_are_cut(
    stage: partial[Stage], shape: str, seed: int
) -> None:
    async with prepared(stage(TASK, shape=shape, seed=seed)) as playing:
        told = await playing.task("Tidy up.", react=partial(approve, playing))
        box = playing.runtime.id
    assert (told.end.outcome, told.answer) == (Outcome.DONE, TASK[-1].text)
    assert [thought.text for thought in told.run.thoughts] == [a.thinking for a in TASK]
    assert told.run.note == "Let me look first."
    assert [(c.tool, c.status) for c in told.run.calls] == [
        ("plan", "done"), ("shell", "done"), ("write_file", "done"), ("plan", "done"),
        ("shell", "done"),
    ]  # fmt: skip
    assert told.run.calls[1].output == "total 2\na.txt\n"
    assert [step.status for step in told.run.plan] == ["done", "active"]
    assert playing.fake.files(box) == {"notes/über.txt": "Grüße 🙂\n".encode()}
    assert len(playing.server.requests) == len(TASK)
    assert told.run.spend.turns == len(TASK)


async def test_every_word_lands_in_its_event(stage: partial[Stage], shape: str) -> None:
    async with prepared(stage(TASK, shape=shape, seed=7)) as playing:
        told = await playing.task("Tidy up.", react=partial(approve, playing))
        turns = await playing.facts(ModelTurn)
    for number, answer in enumerate(TASK, start=1):
        thought = [c.text for c in told.of(ThinkingChunk) if c.turn == number]
        said = [c.text for c in told.of(ResponseChunk) if c.turn == number]
        assert ("".join(thought), "".join(said)) == (answer.thinking, answer.text)
    assert [done.text for done in told.of(ThinkingComplete)] == [a.thinking for a in TASK]
    assert [(c.final, c.text) for c in told.of(ResponseComplete)] == [
        (False, TASK[0].text), (True, TASK[2].text)
    ]  # fmt: skip
    assert [chunk.text for chunk in told.of(ToolCallChunk)] == ["total 2\n", "a.txt\n"] * 2
    assert [turn.text for turn in turns] == [answer.text for answer in TASK]
    assert {(e.turn, e.attempt) for e in told.of(Usage)} == {(1, 1), (2, 1), (3, 1)}
    assert told.of(ThinkingStart)[1].step_id == told.of(StepStarted)[0].step_id
    assert told.of(StepCompleted)[0].step_id == told.of(StepStarted)[0].step_id


async def test_plan_gate_and_phases_come_in_their_order(stage: partial[Stage]) -> None:
    async with prepared(stage(TASK, seed=3)) as playing:
        told = await playing.task("Tidy up.", react=partial(approve, playing))
    (gate,) = told.of(ApprovalRequired)
    assert (gate.tool, gate.operation, gate.risk) == ("shell", "rm -rf old", Risk.MEDIUM)
    order = [event.type for event in told.events if not hasattr(event, "text")]
    assert order.index("plan_created") < order.index("step_started")
    assert order.index("approval_required") < order.index("approval_received")
    starts = [start.call_id for start in told.of(ToolCallStart)]
    assert [done.call_id for done in told.of(ToolCallComplete)] == starts
    assert starts[-1] == gate.call_id
    assert told.of(PlanCreated)[0].steps[0].title == "List the files"
    after = [change.after for change in told.of(StateChange)]
    assert after[: len(PHASES)] == PHASES
    assert Phase.PAUSED in after
    assert after[-1] in {Phase.COMPILING, Phase.IDLE}


@pytest.mark.parametrize("thinking", ["", "Easy."])
async def test_a_simple_question_costs_one_request(
    stage: partial[Stage], shape: str, thinking: str
) -> None:
    async with stage([Answer("Four.", thinking)], shape=shape, seed=1) as playing:
        told = await playing.task("What is two and two?")
    assert told.answer == "Four."
    assert len(playing.server.requests) == 1
    assert len(told.of(ResponseStart)) == 1
    assert not told.of(ToolCallStart)
    assert not told.run.plan


async def test_a_long_answer_opens_early_and_a_call_makes_it_a_note(
    stage: partial[Stage], shape: str
) -> None:
    note = "I will look into every single folder of this workspace. " * 8
    script = [Answer(note, calls=(call("list_files"),)), Answer("Nothing there.")]
    async with stage(script, shape=shape, seed=5) as playing:
        told = await playing.task()
    first, last = told.of(ResponseStart)
    assert (first.turn, last.turn) == (1, 2)
    assert [(a.state, a.text) for a in told.run.answers] == [
        ("note", note), ("final", "Nothing there.")
    ]  # fmt: skip
    early = told.events.index(first)
    assert any(isinstance(e, ResponseChunk) and e.turn == 1 for e in told.events[early:])


async def test_the_next_task_knows_the_one_before(stage: partial[Stage], shape: str) -> None:
    script = [Answer("My name is Aether.", "Who am I?"), Answer("As I said: Aether.")]
    async with stage(script, shape=shape) as playing:
        await playing.task("Who are you?")
        told = await playing.task("Again, please?")
    assert told.answer == "As I said: Aether."
    first, second = playing.server.requests
    assert (first.turn, second.turn) == (0, 1)
    texts = str(second.body["messages"])
    assert texts.index("Who are you?") < texts.index("My name is Aether.") < texts.index("Again")
