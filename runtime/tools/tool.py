"""What a tool is: typed parameters, a judgement of its risk, and an effect that streams."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from runtime.approvals import Risk, Subject
from runtime.events import FailureKind
from runtime.facts import Fact, Opens
from runtime.ids import CallId, SessionId
from runtime.plan import Plan
from runtime.ports import Artifacts, Output, Sandbox
from runtime.tools.parameters import Params


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a call would do, said before it happens. `operation` is what people approve: the whole
    command, diff or host; `summary` is one line of at most 120 characters. `whole` is all that the
    call writes or says, where `operation` shows a part of it."""

    summary: str
    operation: str
    risk: Risk
    why: str
    subject: Subject
    effects: bool
    repeatable: bool
    whole: str = ""
    sends: tuple[str, ...] = ()
    """Files of the workspace that leave it: their content is a part of what is approved."""
    largest: int = 0
    """Bytes that each of them may have."""
    runs: tuple[str, ...] = ()
    """Files of the workspace that it runs, as far as it names them: as with those it sends."""
    opens: Opens = ""
    """What it does with the path that is its subject: where that can never be, nobody is asked."""

    @property
    def searched(self) -> str:
        """What patterns are searched in."""
        parts = (self.subject.value, self.operation, self.whole)
        return "\n".join(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True, slots=True)
class Result:
    """A finished call. `output` is what the model reads; `notes` are sentences about the call, for
    people too; `reported`: only the container says so. `facts` are appended with it."""

    output: str
    exit_code: int | None = None
    seconds: float = 0.0
    changed: tuple[str, ...] = ()
    truncated: bool = False
    notes: tuple[str, ...] = ()
    reported: bool = False
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that ended badly, as data: `message` says what happened and what to try instead."""

    kind: FailureKind
    message: str
    output: str = ""
    seconds: float = 0.0
    changed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reported: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """The call waits for people: its result will be their answer."""

    question: str
    options: tuple[str, ...] = ()


Item = Output | Result | Failure | Question
"""Output as it comes, then exactly one of the others."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where one call works. `attach` is true when a restarted driver takes up a call that a
    container may still run; the tool then attaches instead of starting (raises CallGone)."""

    session: SessionId
    call: CallId
    sandbox: Sandbox
    artifacts: Artifacts
    plan: Plan = ()
    attach: bool = False
    approved: Mapping[str, str] = field(default_factory=dict[str, str])
    """The sha256 of the files that people approved, by path; nothing else may be sent."""


class Tool(Protocol):
    """One tool. Stateless; `params` validates the model's arguments."""

    @property
    def name(self) -> str: ...

    @property
    def description(self) -> str:
        """For the model: what it does, when to use it, what it returns; a few sentences."""
        ...

    @property
    def params(self) -> type[Params]: ...

    @property
    def in_workspace(self) -> bool:
        """Whether it works on files, so that those which people attached must lie there first."""
        ...

    @property
    def in_container(self) -> bool:
        """Whether a lost call may still run in its container, so that `attach` makes sense."""
        ...

    def judge(self, params: Any) -> Judgement:
        """Pure. `params` is an instance of `self.params`."""
        ...

    def run(self, params: Any, place: Workplace) -> AsyncGenerator[Item, None]:
        """Do it. May raise ToolError, SandboxUnavailable or CallGone instead of yielding
        Failure."""
        ...
