"""The reference run: everything that a run can meet, played the same way every time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crash_stage import ANN, Deed, Stage, said

from runtime.approvals import Duration
from runtime.decide import inbox
from runtime.events import RunStarted, ThinkingStart
from runtime.facts import FeedbackGiven, Parked
from runtime.ports import Command, Exited, Message, Output, Said
from runtime.testing.model import Line, Reply
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.policy import Policy

PLAN = {
    "steps": [
        {"id": "1", "title": "Look", "status": "active"},
        {"id": "2", "title": "Clean up"},
    ]
}


def final(messages: Sequence[Message]) -> Line:
    """More than 300 characters that name what people said, so that a lost word shows."""
    heard = "; ".join(message.text for message in messages if isinstance(message, Said))
    text = f"All done. You said: {heard}. " + "The folder is clean now. " * 14
    return Line(thinking="What did they want?", text=text)


def second(messages: Sequence[Message]) -> Line:
    words = [message.text for message in messages if isinstance(message, Said)]
    return Line(text=f"To your last word: {words[-1]}")


SCRIPT: tuple[Line | Reply, ...] = (
    Line(thinking="A plan is in order.", calls=(("plan", PLAN),)),
    Line(
        text="I look around first.",
        calls=(
            ("shell", {"command": "make data"}),
            ("write_file", {"path": "notes.md", "content": "notes"}),
            ("read_file", {"path": "notes.md"}),
        ),
    ),
    Line(
        thinking="Two deletions.",
        calls=(
            ("shell", {"command": "rm -rf build"}),
            ("shell", {"command": "rm -rf site"}),
        ),
    ),
    Line(calls=(("ask", {"question": "Which colour?", "options": ["red", "blue"]}),)),
    Line(calls=(("shell", {"command": "make slow"}),)),
    final,
    second,
)


def did(command: Command) -> list[Output | Exited]:
    return [Output(f"did {command.argv[-1]}\n"), Exited(0, "exit", 0.0)]


@dataclass(frozen=True, slots=True)
class Reference:
    """Implements Scene. Words come in the middle of a file's writing, of a turn, and of a command;
    a click comes when its message is seen, one after the other."""

    script: Sequence[Line | Reply] = SCRIPT
    policy: Policy = field(default_factory=Policy)
    turn_waits: Mapping[int, str] = field(default_factory=lambda: {2: "steer 2"})
    write_waits: Mapping[str, str] = field(default_factory=lambda: {"notes.md": "steer 1"})

    def furnish(self, sandbox: FakeSandbox, stage: Stage) -> None:
        sandbox.answer(lambda _: True, did)
        slow = stage.heard["steer 3"]
        sandbox.answer(lambda argv: argv[-1] == "make slow", did, until=slow)

    def react(self, stage: Stage, now: datetime) -> Deed | None:
        for message, text, due in (
            ("first", "Clean the folder", True),
            ("steer 1", "Be careful", stage.at_work("Write notes.md")),
            ("steer 2", "Be thorough", _thinking(stage, 3)),
            ("steer 3", "And be quick", stage.at_work("make slow")),
            ("second", "What is left?", stage.ended and stage.finished() == 1),
        ):
            if due and not stage.said(message):
                return said(message, text)
        return _click(stage, now) if stage.ended else None

    def over(self, stage: Stage) -> bool:
        last = stage.facts[-1] if stage.facts else None
        return isinstance(last, Parked) and _rated(stage)


def _thinking(stage: Stage, turn: int) -> bool:
    return any(isinstance(fact, ThinkingStart) and fact.turn == turn for fact in stage.facts)


def _click(stage: Stage, now: datetime) -> Deed | None:
    run = stage.state.run
    if run is None:
        first = next((f.run_id for f in stage.facts if isinstance(f, RunStarted)), None)
        if first is None or stage.finished() < 2 or _rated(stage):
            return None
        return (FeedbackGiven(run_id=first, actor=ANN, good=True),)
    if run.gates:
        gate, yes = run.gates[0], "build" in run.gates[0].operation
        return inbox.vote(gate.approval_id, ANN, approve=yes, duration=Duration.ONCE, now=now)
    if run.questions:
        return inbox.answer(run.questions[0].question_id, ANN, "blue")
    return None


def _rated(stage: Stage) -> bool:
    return any(isinstance(fact, FeedbackGiven) for fact in stage.facts)
