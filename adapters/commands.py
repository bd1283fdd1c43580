"""The one table of commands, and what words of people are one of them: each door is made from it.
Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import yaml

from adapters.normalize import plain
from adapters.vocabulary import consists, listed

Word = Literal[
    "stop", "pause", "resume", "status", "grants", "revoke", "settings", "aside", "retry"
]  # fmt: skip
"""The name of a command, which is the word that people type for it."""


@dataclass(frozen=True, slots=True)
class Spec:
    """`says` is its help; `done` is told to whoever gave it, where nothing else answers them.
    `argument` is its name in help texts, "" for a command without one. `roams`: it needs no thread;
    used in a channel, it is about the one thread there that it fits. `of_place`: it is about the
    channel or thread where it is used, whatever runs there. Whoever may speak in a thread
    may give all of them: `runtime.decide.inbox` judges."""

    word: Word
    says: str
    done: str = "Done."
    argument: str = ""
    roams: bool = True
    of_place: bool = False

    @property
    def usage(self) -> str:
        return f"{self.word} {self.argument}".strip()


COMMANDS: tuple[Spec, ...] = (
    Spec("stop", "End the running task", "Stopping."),
    Spec("pause", "Hold the running task", "Pausing."),
    Spec("resume", "Go on with the paused task", "Going on."),
    Spec("status", "How the task stands"),
    Spec("grants", "The permissions in force"),
    Spec("revoke", "Take a permission back", "Revoked.", "N"),
    Spec("settings", "What holds here, and where it is set", roams=False, of_place=True),
    Spec("aside", "Words that do not steer the task", "Noted.", "…", roams=False),
    Spec("retry", "Begin the last task again", "Trying again.", roams=False),
)
BY_WORD: dict[str, Spec] = {spec.word: spec for spec in COMMANDS}
ROAMING: tuple[Spec, ...] = tuple(spec for spec in COMMANDS if spec.roams)
SLASHED: tuple[Spec, ...] = (*ROAMING, *(spec for spec in COMMANDS if spec.of_place))
"""Those that a platform offers as commands of its own."""
LISTED = ", ".join(spec.usage for spec in COMMANDS)


def quoted(specs: Sequence[Spec], sigil: str = "") -> str:
    """Their usage in Markdown, as a list in a sentence; `sigil` stands before the first ("/aether "
    or "/")."""
    first, *others = (f"`{spec.usage}`" for spec in specs)
    first = f"`{sigil}{first[1:]}"
    return ", ".join([first, *others[:-1]]) + f" and {others[-1]}"


@dataclass(frozen=True, slots=True)
class Order:
    """`rest` is its argument; `code` names a thread ("1a2b3c"), "" if none is named. What is not
    `sure` is an order only where it fits: else "go on" is said to the task."""

    spec: Spec
    rest: str = ""
    code: str = ""
    sure: bool = True


_LONGEST = 120  # characters of a message that may be an order in other words
_CODE = re.compile(r"(?<!\S)#([0-9a-f]{6})(?!\S)", re.ASCII)
_TYPED_CODE = re.compile(r"#?([0-9a-f]{6})", re.ASCII)
_ASIDE = re.compile(r"\W*aside\b[:,]?\s+(.+)", re.IGNORECASE | re.DOTALL)
_REVOKE = re.compile(r"revoke(?: (?:permission|grant|number|no))? (\d{1,6})")
_PLAIN_WORDS: tuple[Word, ...] = ("grants", "settings", "retry")
_NAME = "aether"
_DRAWN_OUT = re.compile(r"(.)\1{2,}")


def command(name: str, text: str = "") -> Order | None:
    """A command that a door names, with its argument; None if there is none of this name."""
    spec = BY_WORD.get(name.strip().lower())
    if spec is None or bool(text.strip()) != bool(spec.argument):
        return None
    return Order(spec, text.strip())


def code(text: str) -> str:
    """The thread that somebody names in a field for it ("#1A2B3C"); "" if it is no such name."""
    named = _TYPED_CODE.fullmatch(text.strip().lower())
    return named[1] if named else ""


def read(text: str) -> Order | None:
    """The order that a message is, in whatever words; None if it says anything beside. A task that
    contains such a word ("stop the server") is no order."""
    if aside := _ASIDE.fullmatch(text.strip()):
        return Order(BY_WORD["aside"], aside[1].strip())
    if len(text) > _LONGEST:
        return None
    named = _CODE.search(text)
    words = plain(_CODE.sub(" ", text))
    if number := _REVOKE.fullmatch(_undressed(words)):
        return Order(BY_WORD["revoke"], number[1])
    found = _vocabulary(words) or _vocabulary(_DRAWN_OUT.sub(r"\1", words))
    if found is None:
        return None
    sure = found.word == "stop" or (found.is_english and found.word in text.casefold())
    return Order(BY_WORD[found.word], code=named[1] if named else "", sure=sure)


def _vocabulary(words: str) -> _Vocabulary | None:
    said = words.replace(" ", "")
    if not _every_language().consists(said):  # nearly all that people say ends here
        return None
    return next((v for v in _vocabularies() if v.consists(said)), None)


def _undressed(words: str) -> str:
    """Without the agent's name and politeness around it."""
    return re.sub(rf"^(?:(?:please|{_NAME}) )+|(?: (?:please|{_NAME}))+$", "", words)


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """How one language says one command: without spaces, since some languages have none."""

    word: Word
    core: frozenset[str]
    around: frozenset[str]
    is_english: bool

    def consists(self, said: str) -> bool:
        """Whether the words are phrases of the command, and words around it that add nothing."""
        return consists(said, self.core, self.around)


@cache
def _vocabularies() -> tuple[_Vocabulary, ...]:
    """Stop comes first: in doubt, it is one."""
    found: list[_Vocabulary] = []
    for word in ("stop", "pause", "resume", "status"):
        for language, phrases in _phrases().items():
            core, around = listed(phrases[word]), listed(phrases["around"])
            found.append(_Vocabulary(word, core | {word}, around | {_NAME}, language == "en"))
    around = listed(_phrases()["en"]["around"]) | {_NAME}
    return (*found, *(_Vocabulary(w, frozenset({w}), around, True) for w in _PLAIN_WORDS))


@cache
def _phrases() -> dict[str, dict[str, str]]:
    """By language and kind; phrases.yaml says what they are."""
    return yaml.safe_load((resources.files("adapters") / "phrases.yaml").read_text("utf-8"))


@cache
def _every_language() -> _Vocabulary:
    core = frozenset[str]().union(*(v.core for v in _vocabularies()))
    around = frozenset[str]().union(*(v.around for v in _vocabularies()))
    return _Vocabulary("stop", core, around, is_english=False)
