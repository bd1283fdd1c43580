"""Whom a message is for: the rules, which both platforms share. Pure.

Nothing is lost by a "no": the words stay in the thread, where the agent reads them as soon as
somebody speaks to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

from adapters.inbound import To
from adapters.intake.chatter import chatter, has_words, is_good_sign
from adapters.plain import plain

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
    question of the agent is open. `invited`: its last answer ends with one. `among_people`: the
    words before it were talk among people."""

    running: bool = False
    asked: bool = False
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

_CALLED = re.compile(
    r"^\W*(?:(?:hey|hi|hello|ok|okay|hallo|hola|salut|ciao)\W+)?aether\s*(?:[,:!?،、]|$)"
    r"|[,،、]\s*aether\s*[.!?]*\s*$",
    re.IGNORECASE,
)
"""By name without a mention, as people call each other."""
_TYPED = re.compile(r"^\W*@(?!aether\b)[^\W\d][\w.-]*(?=[\s,:!?]|$)", re.IGNORECASE)
_EVERYBODY = re.compile(r"(?<!\S)@(?:here|channel|everyone|all)\b", re.IGNORECASE)
_VOCATIVE = re.compile(r"^\W*(?:(?:hey|hi|hello|ok|hallo)\s+)?([^\W\d][^,:،、]{0,39})[,:،、]\s*\S")


def for_us(said: Heard, now: Situation) -> Verdict:
    """In the order of the rules: who is called decides before what is said, and what the agent
    asked before what people chat."""
    if said.to == "bot":
        return Yes()
    if said.place == "channel":
        return No("nobody called the agent")
    if now.mode == "always" or _CALLED.search(normalize("NFKC", said.text)):
        return Yes()
    if said.place == "direct":
        return Yes() if now.asked else _direct(said, now)
    if said.to == "others" or _names_others(said.text, now):
        return No("it names somebody else")
    if now.asked:
        return Yes()
    if now.mode == "mention":
        return No("it does not mention the agent")
    return _talk(said, now) or _thread(now)


def presumed(now: Situation) -> bool:
    """Where neither the rules nor the model decide: what follows on the agent's words, or on words
    to it, is for it; what follows on talk among people is not."""
    return not now.among_people


def _direct(said: Heard, now: Situation) -> Verdict:
    """Nobody else is there; what asks for nothing begins nothing all the same."""
    if now.running or _has_a_point(said):
        return Yes()
    return _talk(said, now) or Yes()


def _has_a_point(said: Heard) -> bool:
    if said.files or "://" in said.text:
        return True
    return has_words(said.text) and chatter(said.text, ()) not in ("thanks", "ack")


def _talk(said: Heard, now: Situation) -> Verdict | None:
    """None for words that may be for anybody."""
    if not has_words(said.text):
        if said.files and not said.pictures:
            return None
        return Yes() if now.invited and is_good_sign(said.text) else No("it has no words")
    match None if said.files else chatter(said.text, now.people):
        case None:
            return None
        case "ack" if now.invited:
            return Yes()
        case kind:
            return No(f"it asks for nothing ({kind})")


def _thread(now: Situation) -> Verdict:
    """Where nobody else has spoken, there is nobody else to speak to."""
    return Unsure() if now.people else Yes()


def _names_others(text: str, now: Situation) -> bool:
    """In words, without a mention that the platform knows."""
    text = normalize("NFKC", text)
    if _TYPED.match(text) or _EVERYBODY.search(text):
        return True
    called = _VOCATIVE.match(text)
    if called is None:
        return False
    names = {part for name in now.people for part in (plain(name), *plain(name).split()[:1])}
    return plain(called[1]) in names
