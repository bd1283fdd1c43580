"""Chatter: messages that ask for nothing, in the languages that people use. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Literal

import yaml

from adapters.plain import plain
from adapters.vocabulary import consists, listed

Kind = Literal["thanks", "ack", "away"]
"""`ack` finds something good, `away` is of people's own coming and going."""

_LONGEST = 160  # characters of a message that may be chatter
_ADDRESS = re.compile(r"<?(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_LAUGHTER = re.compile(r"(.)\1{2,}")
_GOOD_SIGNS = "👍👌✅🆗✔🙆💯"
_GOOD_CODES = re.compile(r":(?:\+1|thumbsup|ok_hand|white_check_mark|heavy_check_mark|ok|100):")


def has_words(text: str) -> bool:
    """Whether anything is left without addresses, emoji and punctuation."""
    return bool(plain(_ADDRESS.sub(" ", text)))


def is_good_sign(text: str) -> bool:
    """Emoji alone, and one of them says that something is good."""
    good = _GOOD_CODES.search(text) or any(sign in text for sign in _GOOD_SIGNS)
    return bool(good) and not has_words(text) and not _ADDRESS.search(text)


def idle(text: str, names: Iterable[str]) -> bool:
    """Whether it asks for nothing: no words, or chatter alone."""
    return not has_words(text) or chatter(text, names) is not None


def chatter(text: str, names: Iterable[str]) -> Kind | None:
    """The kind of a message all of which is chatter, whoever of `names` it thanks; else None."""
    if len(text) > _LONGEST or _ADDRESS.search(text):
        return None
    words = _without(plain(text), names)
    if kind := _kind(words):
        return kind
    return "thanks" if _thanks_somebody(text) else None


def _without(words: str, names: Iterable[str]) -> str:
    for name in sorted({n for full in names for n in _spoken(full)}, key=len, reverse=True):
        words = re.sub(rf"(?<!\S){re.escape(name)}(?!\S)", " ", words)
    return " ".join(words.split())


def _spoken(name: str) -> tuple[str, ...]:
    """A whole name and its first part, by which people call each other."""
    whole = plain(name)
    return (whole, whole.split()[0]) if whole else ()


def _thanks_somebody(text: str) -> bool:
    """Whether it ends in a name that nobody here bears: one word with a capital, after thanks."""
    *before, last = text.split() or [""]
    said = plain(" ".join(before)).replace(" ", "")
    return last[:1].isupper() and consists(said, _every()["thanks"], _every_phrase())


_KINDS: tuple[Kind, ...] = ("thanks", "away", "ack")
"""Thanks among other chatter make all of it thanks."""


def _kind(words: str) -> Kind | None:
    whole = words.replace(" ", "")
    bare = _NUMBER.sub("", whole)
    said = [each for each in (whole, bare, _LAUGHTER.sub(r"\1", bare)) if each]
    phrases = _every_phrase()
    said = [each for each in said if consists(each, phrases, _every()["around"])]
    if not said:  # nearly all that people say ends here
        return None
    return next((kind for kind in _KINDS if any(_says(kind, each) for each in said)), None)


def _says(kind: Kind, said: str) -> bool:
    """Whether one language says it so, with phrases of that kind among its chatter."""
    return any(
        consists(said, language[kind], frozenset[str]().union(*language.values()))
        for language in _languages()
    )


@cache
def _every() -> dict[str, frozenset[str]]:
    """The phrases of all languages, by kind."""
    return {
        kind: frozenset[str]().union(*(language[kind] for language in _languages()))
        for kind in (*_KINDS, "around")
    }


@cache
def _every_phrase() -> frozenset[str]:
    return frozenset[str]().union(*(_every()[kind] for kind in _KINDS))


@cache
def _languages() -> tuple[dict[str, frozenset[str]], ...]:
    """Each with English beside it, which people mix in everywhere. chatter.yaml says what they
    are."""
    text = (resources.files("adapters.intake") / "chatter.yaml").read_text("utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    english = {kind: listed(phrases) for kind, phrases in found["en"].items()}
    return tuple(
        {kind: listed(phrases) | english[kind] for kind, phrases in language.items()}
        for language in found.values()
    )
