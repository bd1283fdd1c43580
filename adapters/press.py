"""Press tokens: what a button says when it comes back, perhaps days later, to another process."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

from runtime.approvals import Duration
from runtime.ids import ApprovalId, QuestionId, RunId

Kind = Literal["gate", "question", "run"]
RunChoice = Literal["stop", "details", "retry", "good", "bad"]

DENY, DETAILS, RETRY = "deny", "details", "retry"
_SHAPE = re.compile(r"(gate|question|run)/([\w.-]{1,64})/([\w-]{1,16})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind/id/choice`, at most 90 ASCII characters; names the object it acts on and no state."""

    kind: Kind
    id: str
    choice: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}/{self.choice}"


def parse(text: str) -> Token | None:
    """The token that `text` spells; None for everything else."""
    found = _SHAPE.fullmatch(text)
    return Token(cast(Kind, found[1]), found[2], found[3]) if found else None


def approve(approval: ApprovalId, duration: Duration = Duration.ONCE) -> Token:
    """Approving for a duration is picking it; once leaves no grant behind."""
    return Token("gate", approval, duration.value)


def deny(approval: ApprovalId) -> Token:
    return Token("gate", approval, DENY)


def whole(approval: ApprovalId) -> Token:
    """To read all of what is to be approved."""
    return Token("gate", approval, DETAILS)


def answer(question: QuestionId, option: int) -> Token:
    """The option by its place, from 0: its text may be long."""
    return Token("question", question, str(option))


def on_run(run: RunId, choice: RunChoice) -> Token:
    return Token("run", run, choice)
