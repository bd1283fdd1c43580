"""What a typed line means, given what is open. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.terminal.gates import open_gates, open_questions
from runtime.approvals import Duration
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


Meaning = Say | Decide | Reply | Revoke | Command | Nonsense

COMMANDS = {
    "stop": "end the running task",
    "pause": "hold it",
    "resume": "go on",
    "status": "where it stands",
    "grants": "permissions in force",
    "revoke": "N: take permission N back",
    "leave": "go away; the task waits for your return",
    "help": "this list",
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


def understand(text: str, view: ThreadView) -> Meaning | None:
    """None for an empty line. The oldest open approval is decided first; words that are no decision
    are an answer to an open question, else a message."""
    words = text.strip()
    if not words:
        return None
    if words.startswith("/"):
        return _command(words[1:])
    gates, questions = open_gates(view.run), open_questions(view.run)
    if gates and words.lower() in _DECISIONS:
        duration = _DECISIONS[words.lower()]
        return Decide(gates[0], duration is not None, duration or Duration.ONCE)
    if questions:
        return Reply(questions[0], _option(questions[0], words))
    return Say(words)


def is_decision(text: str) -> bool:
    return text.strip().lower() in _DECISIONS


def _option(question: QuestionView, words: str) -> str:
    """A number stands for the option; the spelling of an option does not matter."""
    if re.fullmatch(r"[0-9]{1,3}", words) and 1 <= int(words) <= len(question.options):
        return question.options[int(words) - 1]
    same = [option for option in question.options if option.lower() == words.lower()]
    return same[0] if same else words


def _command(words: str) -> Meaning:
    name, _, rest = words.partition(" ")
    if name == "revoke":
        if re.fullmatch(r"[0-9]{1,4}", rest.strip()):
            return Revoke(int(rest))
        return Nonsense("Write /revoke N with a number of /grants.")
    if name in COMMANDS and not rest.strip():
        return Command(name)
    known = ", ".join(f"/{command}" for command in COMMANDS)
    return Nonsense(f"There is no /{name}. There is {known}.")
