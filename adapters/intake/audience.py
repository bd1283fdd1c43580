"""Whom a message is for: the rules, which both platforms share. Pure.

Nothing is lost by a "no": the words stay in the thread, where the agent reads them as soon as
somebody speaks to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from adapters import options
from adapters.intake.chatter import Idle, idleness
from adapters.intake.names import calls, own_words, spoken
from adapters.ports.inbound import To

Place = Literal["channel", "thread", "direct"]
Mode = Literal["smart", "mention", "always"]
"""Which messages without a mention are for us: those that are meant so, none, all."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it was written; `thread` is one of ours. `pictures`: all its
    files are animated pictures."""

    text: str
    place: Place = "thread"
    to: To = "anyone"
    files: bool = False
    pictures: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """Where it was written. `people`: who else has spoken in the thread, by name. `asked`: a
    question of the agent is open, with these `options`, if any. `invited`: its last answer ends
    with a question. `among_people`: the words before it were talk among people."""

    running: bool = False
    asked: bool = False
    options: tuple[str, ...] = ()
    invited: bool = False
    among_people: bool = False
    people: tuple[str, ...] = ()
    mode: Mode = "smart"


@dataclass(frozen=True, slots=True)
class Yes:
    pass


@dataclass(frozen=True, slots=True)
class No:
    """`reason` is for the log."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """The rules do not decide."""


Verdict = Yes | No | Unsure

_TYPED = re.compile(r"^[^\w@`]*@[^\W\d][\w.-]*(?=[\s,:!?]|$)")
_EVERYBODY = re.compile(r"(?<!\S)@(?:here|channel|everyone|all)\b", re.IGNORECASE)
_ANSWERS: frozenset[Idle] = frozenset({"ack", "good sign", "link"})
"""What asks for nothing, and may be all that there is to say when one was asked."""
_TO_US_ALONE: frozenset[Idle] = frozenset({"greeting", "link"})
"""What asks for something all the same where nobody else is there."""


def for_us(said: Heard, now: Situation) -> Verdict:
    """In the order of the rules: who is called decides before what is said, and what the agent
    asked before what people chat."""
    if said.to == "bot":
        return Yes()
    if said.place == "channel":
        return No("nobody called the agent")
    if now.mode == "always" or options.equal(said.text, now.options):
        return Yes()
    idle = None if said.files and not said.pictures else idleness(said.text, now.people)
    if idle is not None and not _counts(idle, said, now):
        return No(f"it asks for nothing ({idle})")
    if said.to == "name" or said.place == "direct":
        return Yes()
    if said.to == "others" or _names_others(said.text, now):
        return _to_others(said, now)
    if now.asked:
        return Yes()
    if now.mode == "mention":
        return No("it does not mention the agent")
    # Where nobody else has spoken, there is nobody else to speak to.
    return Unsure() if now.people and idle is None else Yes()


def presumed(now: Situation) -> bool:
    """Where neither the rules nor the model decide: what follows on the agent's words, or on words
    to it, is for it; what follows on talk among people is not."""
    return not now.among_people


def _counts(idle: Idle, said: Heard, now: Situation) -> bool:
    if (now.asked or now.invited) and idle in _ANSWERS:
        return True
    return said.place == "direct" and idle in _TO_US_ALONE


def _to_others(said: Heard, now: Situation) -> Verdict:
    """Who is asked "whose is it?" may answer with a name; not with words to somebody else."""
    is_answer = now.asked and said.to == "others" and not _TYPED.match(said.text)
    return Unsure() if is_answer else No("it names somebody else")


def _names_others(text: str, now: Situation) -> bool:
    """In words, without a mention that the platform knows."""
    is_typed = _TYPED.match(text) or _EVERYBODY.search(own_words(text))
    return bool(is_typed) or calls(text, spoken(now.people))
