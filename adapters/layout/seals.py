"""Seals: what a button decides, as it stood when the button was drawn. A press whose seal is not
that of what stands there now decides nothing."""

from __future__ import annotations

from typing import Protocol

from adapters.ports.button import DENY, sealed
from adapters.text import LASTS


class Gated(Protocol):
    """A gate, in the session's state or in the view of it."""

    @property
    def fingerprint(self) -> str: ...


class Questioned(Protocol):
    @property
    def question(self) -> str: ...
    @property
    def options(self) -> tuple[str, ...]: ...


def gate_seal(gate: Gated, choice: str) -> str:
    """Of what the gate decides, and the words of the choice. Votes and replies change neither."""
    known = {duration.value: words for duration, words in LASTS.items()} | {DENY: DENY}
    return sealed(gate.fingerprint, known.get(choice, ""))


def question_seal(question: Questioned, choice: str) -> str:
    """Of the question, and of the option at this place."""
    at = int(choice) if choice.isascii() and choice.isdecimal() and len(choice) < 4 else -1
    option = question.options[at] if 0 <= at < len(question.options) else ""
    return sealed(question.question, option)
