"""Cards: what a message says, in words that Slack blocks, Discord components and HTML can each
render well. Values only; every text in them is untrusted unless it says otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Literal, NewType

from adapters.ports.button import ButtonToken
from runtime.approvals import Duration, Risk
from runtime.events import FileRef, Outcome, Phase
from runtime.ids import Actor
from runtime.plan import StepStatus

CardKey = NewType("CardKey", str)
"""Names a message for ever within its session: `run:…`, `gate:…`, `question:…`, `file:…`,
`answer:…`."""


class Urgency(IntEnum):
    """Which message goes first when calls are scarce. What is ACT or FINAL waits for no pace, only
    for the limit itself."""

    ACT = 0
    """People must act, or something failed."""
    FINAL = 1
    """Text that is complete."""
    RECORD = 2
    """The last word of a card; it waits for no pace, but leaves the finals of others their call."""
    ANSWER = 3
    """An answer that grows."""
    WORK = 4
    """Thinking, tool output, progress."""

    @property
    def paced(self) -> bool:
        """Whether it is one of many frames, so that it waits for its turn."""
        return self >= Urgency.ANSWER


@dataclass(frozen=True, slots=True)
class Heading:
    """What the task is and how it stands. `outcome` is None while it goes on; `people` are those
    it waits for, in words."""

    title: str
    phase: Phase
    outcome: Outcome | None = None
    waiting: bool = False
    people: str = ""


@dataclass(frozen=True, slots=True)
class StepRow:
    number: int
    title: str
    status: StepStatus
    note: str = ""
    tools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Steps:
    """The plan. `total` may be larger than the number of rows: what is far from the work is left
    out."""

    rows: tuple[StepRow, ...]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Running:
    """The tool that runs now, and its last lines. They are plain text, not Markdown."""

    tool: str
    summary: str
    risk: Risk
    tail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The newest call, if it went wrong. `kind` is the failure's tag, `message` the reason, `tail`
    the last lines of one that was stopped: plain text, not Markdown."""

    tool: str
    summary: str
    kind: str
    message: str
    tail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thinking:
    """The end of what is thought, while it is live, and where it was stopped; folded to its length
    when it is done."""

    lines: tuple[str, ...]
    seconds: float | None
    blocks: int = 1


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A sub-agent."""

    title: str
    outcome: Outcome | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Workers:
    rows: tuple[WorkerRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Status:
    """The line at the foot. `seconds` of work are those until the newest event: no clock is asked,
    and they alone are no reason to edit. `since` is from where a clock counts them on, None while
    nobody works; `waited` says that waits, which are no work, moved it. `cost` is in US dollars,
    None while no price is known; `isolation` is what really isolates the run."""

    seconds: float = field(compare=False)
    tokens: int
    cost: float | None
    calls: int
    model: str
    isolation: str
    since: datetime | None = None
    waited: bool = False


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown of the model. `text` is what to render; `source` is the exact part of the answer,
    without the fences that a split closed and opened again."""

    text: str
    source: str
    growing: bool = False


Language = Literal["shell", "python", "diff", "text"]


@dataclass(frozen=True, slots=True)
class Operation:
    """Exactly what will be done, as plain text; `cut` says how many characters are missing, and
    `lines` how many lines those are."""

    text: str
    language: Language = "text"
    cut: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """How a gate ended: who, what, when. `duration` counts for approvals only."""

    verdict: Literal["approved", "denied", "expired", "closed"]
    actors: tuple[Actor, ...] = ()
    at: datetime | None = None
    duration: Duration = Duration.ONCE


@dataclass(frozen=True, slots=True)
class GateFacts:
    """An approval: `who` may decide, and what a `longer` yes covers, in words."""

    tool: str
    risk: Risk
    why: str
    who: str
    expires_at: datetime
    decision: Decision | None = None
    longer: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to people; `answer` is None while it is open or when it ended without one.
    `options` are whole, and numbered from 1 as their buttons are, where those cannot hold them."""

    text: str
    open: bool
    answer: str | None = None
    by: Actor | None = None
    options: tuple[str, ...] = field(default=(), repr=False)  # what the digest need not know


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for people."""

    level: Literal["info", "warning", "error"]
    text: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A file; the card is this file and nothing else, and never changes."""

    file: FileRef


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    press: ButtonToken
    style: Literal["plain", "primary", "danger"] = "plain"


@dataclass(frozen=True, slots=True)
class Buttons:
    row: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; picking one IS the press, unless `confirm` says what must be known first:
    then it counts only after a second step."""

    label: str
    options: tuple[Button, ...]
    confirm: str = ""


Block = (
    Heading
    | Steps
    | Running
    | Failed
    | Thinking
    | Workers
    | Status
    | Prose
    | Operation
    | GateFacts
    | Asked
    | Note
    | Attached
    | Buttons
    | Choice
)

State = Literal["live", "open", "done"]

Form = Literal["full", "lean", "simple", "plain", "pieces"]
"""How much of a platform a message uses; each is for where the one before was refused.

full    everything the platform has
lean    without what it is particular about: tables, plans, buttons of a special kind
simple  the text letter by letter in the plainest blocks, and plain buttons
plain   nothing but text; the card is one `Prose` and its `source` is shown as it is
pieces  the same in short messages
"""


@dataclass(frozen=True, slots=True)
class Card:
    """One message. `state`: live grows frame by frame, open waits for people, done changes no more.
    Without blocks it has nothing new to say: what stands there stays. `notify` are the ids of the
    people who must act; nobody else is ever mentioned. `kept` says that people would miss it if it
    were gone. `form` is how it is rendered; what it says is the same in every form."""

    key: CardKey
    urgency: Urgency
    state: State
    blocks: tuple[Block, ...]
    notify: tuple[str, ...] = ()
    kept: bool = True
    form: Form = field(default="full", repr=False)  # digests of cards are made of their repr
