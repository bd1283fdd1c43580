"""What a typed line means, given what is open. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapters import options
from adapters.commands import ROAMING, read
from bot.terminal.gates import CONFIRM, open_gates, open_questions
from runtime.approvals import Duration, Risk
from runtime.view import GateView, QuestionView, ThreadView


@dataclass(frozen=True, slots=True)
class Say:
    """A message: steers the running task, or begins the next one."""

    text: str


@dataclass(frozen=True, slots=True)
class Decide:
    gate: GateView
    approve: bool
    duration: Duration = Duration.ONCE

    @property
    def must_be_confirmed(self) -> bool:
        """Whether it allows more than one call of high risk: never by a single word."""
        longer = self.approve and self.duration is not Duration.ONCE
        return longer and self.gate.risk is Risk.HIGH


@dataclass(frozen=True, slots=True)
class Confirm:
    """The second step of the decision that was typed just before."""


@dataclass(frozen=True, slots=True)
class Reply:
    question: QuestionView
    text: str


@dataclass(frozen=True, slots=True)
class Revoke:
    number: int


@dataclass(frozen=True, slots=True)
class Command:
    """stop, pause, resume, status, grants, help, leave."""

    name: str


@dataclass(frozen=True, slots=True)
class Nonsense:
    """A command that does not exist, with the sentence that says so."""

    text: str


Meaning = Say | Decide | Confirm | Reply | Revoke | Command | Nonsense

COMMANDS = {
    **{spec.word: f"{spec.argument}: {spec.says}".lstrip(": ") for spec in ROAMING},
    "leave": "Go away; the task waits for your return",
    "help": "This list",
}
_DECISIONS: dict[str, Duration | None] = {
    "y": Duration.ONCE,
    "yes": Duration.ONCE,
    "n": None,
    "no": None,
    "r": Duration.RUN,
    "run": Duration.RUN,
    "15": Duration.QUARTER,
    "15m": Duration.QUARTER,
    "1h": Duration.HOUR,
    "t": Duration.THREAD,
    "thread": Duration.THREAD,
}


def understand(text: str, view: ThreadView, *, paused: bool = False) -> Meaning | None:
    """None for an empty line. The oldest open approval is decided first; words that are no decision
    are an option of an open question, an order, an answer, else a message."""
    words = text.strip()
    if not words:
        return None
    if words.startswith("/"):
        return _command(words[1:])
    gates, questions = open_gates(view.run), open_questions(view.run)
    if gates and words.lower() in _DECISIONS:
        duration = _DECISIONS[words.lower()]
        return Decide(gates[0], duration is not None, duration or Duration.ONCE)
    if gates and words.lower() == CONFIRM:
        return Confirm()
    for question in questions:
        if (chosen := options.equal(words, question.options)) is not None:
            return Reply(question, chosen)
    if (ordered := _order(words, paused=paused)) is not None:
        return ordered
    if questions:
        return Reply(questions[0], options.meant(words, questions[0].options) or words)
    return Say(words)


def is_decision(text: str) -> bool:
    return text.strip().lower() in (*_DECISIONS, CONFIRM)


def _order(words: str, *, paused: bool) -> Meaning | None:
    """What is less than a sure order is one where it fits only."""
    order = read(words)
    if order is None or not order.spec.roams:
        return None
    if order.spec.word == "revoke":
        return Revoke(int(order.rest))
    fits = paused if order.spec.word == "resume" else not paused
    return Command(order.spec.word) if order.sure or fits else None


def _command(words: str) -> Meaning:
    name, _, rest = words.partition(" ")
    name = name.lower()
    if name == "revoke":
        if re.fullmatch(r"[0-9]{1,4}", rest.strip()):
            return Revoke(int(rest))
        return Nonsense("Write /revoke N with a number of /grants.")
    if name in COMMANDS and not rest.strip():
        return Command(name)
    known = ", ".join(f"/{command}" for command in COMMANDS)
    return Nonsense(f"There is no /{name}. There is {known}.")
