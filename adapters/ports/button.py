"""Press tokens: what a button says when it comes back, perhaps days later, to another process."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Literal, cast

from runtime.approvals import Duration
from runtime.ids import ApprovalId, QuestionId, RunId

Kind = Literal["gate", "question", "run"]
RunChoice = Literal["stop", "details", "retry", "good", "bad"]

DENY, DETAILS, RETRY = "deny", "details", "retry"
_SEAL = 8  # characters: 48 bits
_SHAPE = re.compile(
    rf"(gate|question|run)/([\w.-]{{1,64}})/(?:([\w-]{{{_SEAL}}})/)?([\w-]{{1,16}})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class ButtonToken:
    """`kind/id/choice`, or `kind/id/seal/choice` where something is decided: at most 90 ASCII
    characters. Names the object it acts on, and what of it was seen; without a seal it does not
    say that, as buttons of older versions do."""

    kind: Kind
    id: str
    choice: str
    seal: str = ""

    def __str__(self) -> str:
        return "/".join(filter(None, (self.kind, self.id, self.seal, self.choice)))


def parse(text: str) -> ButtonToken | None:
    """The token that `text` spells; None for everything else."""
    found = _SHAPE.fullmatch(text)
    return ButtonToken(cast(Kind, found[1]), found[2], found[4], found[3] or "") if found else None


def sealed(*shown: str) -> str:
    """What stands for these words in a token."""
    digest = hashlib.sha256(json.dumps(shown).encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:_SEAL]


def approve(
    approval: ApprovalId, duration: Duration = Duration.ONCE, seal: str = ""
) -> ButtonToken:
    """Approving for a duration is picking it; once leaves no grant behind."""
    return ButtonToken("gate", approval, duration.value, seal)


def deny(approval: ApprovalId, seal: str = "") -> ButtonToken:
    return ButtonToken("gate", approval, DENY, seal)


def whole(approval: ApprovalId) -> ButtonToken:
    """To read all of what is to be approved."""
    return ButtonToken("gate", approval, DETAILS)


def answer(question: QuestionId, option: int, seal: str = "") -> ButtonToken:
    """The option by its place, from 0: its text may be long."""
    return ButtonToken("question", question, str(option), seal)


def on_run(run: RunId, choice: RunChoice) -> ButtonToken:
    return ButtonToken("run", run, choice)
