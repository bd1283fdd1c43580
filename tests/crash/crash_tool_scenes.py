"""One call and an answer that repeats its result: what becomes of a call whose process died."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crash_reference import did
from crash_stage import ANN, Deed, Stage, said

from runtime.approvals import Duration, Risk
from runtime.decide import inbox
from runtime.facts import Fact, Parked
from runtime.ports import Message, Returned
from runtime.testing.model import Line, Reply
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.policy import Policy


def repeat(messages: Sequence[Message]) -> Line:
    """The last result, word for word."""
    return Line(text=[m.content for m in messages if isinstance(m, Returned)][-1])


@dataclass(frozen=True, slots=True)
class OneCall:
    """Implements Scene. Gates are approved; a question gets `answer`. An `endless` command ends
    only when somebody attaches to it."""

    tool: str
    arguments: Mapping[str, Any]
    risk: Risk = Risk.LOW
    answer: str = ""
    endless: bool = False
    turn_waits: Mapping[int, str] = field(default_factory=dict[int, str])
    write_waits: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def script(self) -> Sequence[Line | Reply]:
        return (Line(calls=((self.tool, dict(self.arguments)),)), repeat)

    @property
    def policy(self) -> Policy:
        return Policy(risks={self.tool: self.risk})

    def furnish(self, sandbox: FakeSandbox, stage: Stage) -> None:
        sandbox.answer(lambda _: True, did, until=stage.attached if self.endless else None)

    def react(self, stage: Stage, now: datetime) -> Deed | None:
        if not stage.said("first"):
            return said("first", "Do it")
        run = stage.state.run
        if run is None or not stage.ended:
            return None
        if run.gates:
            gate = run.gates[0].approval_id
            return inbox.vote(gate, ANN, approve=True, duration=Duration.ONCE, now=now)
        if run.questions:
            return inbox.answer(run.questions[0].question_id, ANN, self.answer)
        return None

    def over(self, stage: Stage) -> bool:
        return stage.finished() == 1


COMMAND = {"command": "make once"}
EDIT = {"path": "a.txt", "old": "a", "new": "aa"}

TOOL_SCENES = {
    "finished": OneCall("shell", COMMAND),
    "running": OneCall("shell", COMMAND, endless=True),
    "search": OneCall("search_files", {"pattern": "did"}),
    "edit": OneCall("edit_file", EDIT),
    "retry": OneCall("shell", COMMAND, Risk.HIGH, "retry"),
    "skip": OneCall("shell", COMMAND, Risk.HIGH, "skip"),
    "stop": OneCall("shell", COMMAND, Risk.HIGH, "stop"),
}


@dataclass(frozen=True, slots=True)
class Expiry:
    """Implements Scene. Nobody clicks in time; after the run somebody clicks after all, which asks
    anew, and then in time."""

    script: Sequence[Line | Reply] = (
        Line(calls=(("shell", {"command": "rm -rf build"}),)),
        repeat,
        Line(calls=(("shell", {"command": "rm -rf build"}),)),
        repeat,
    )
    policy: Policy = field(default_factory=lambda: Policy(answer_within=10_000.0))
    turn_waits: Mapping[int, str] = field(default_factory=dict[int, str])
    write_waits: Mapping[str, str] = field(default_factory=dict[str, str])

    def furnish(self, sandbox: FakeSandbox, stage: Stage) -> None:
        sandbox.answer(lambda _: True, did)

    def react(self, stage: Stage, now: datetime) -> Deed | None:
        if not stage.said("first"):
            return said("first", "Do it")
        late = stage.state.expired
        if not late or not stage.ended or stage.finished() == 0:
            return None
        run = stage.state.run
        if run is not None and run.gates:
            gate = run.gates[0]
        elif stage.said(late[0].approval_id):
            return None
        else:
            gate = late[0]
        return inbox.vote(gate.approval_id, ANN, approve=True, duration=Duration.ONCE, now=now)

    def over(self, stage: Stage) -> bool:
        last: Fact | None = stage.facts[-1] if stage.facts else None
        return stage.finished() == 2 and not isinstance(last, Parked)
