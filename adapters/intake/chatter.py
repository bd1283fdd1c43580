"""Chatter: messages that ask for nothing, in the languages that people use. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Literal
from unicodedata import normalize

import yaml

from adapters.intake.names import own_words, spoken
from adapters.normalize import plain
from adapters.vocabulary import consists, listed

Kind = Literal["thanks", "ack", "greeting", "away"]
"""`ack` finds something good, `greeting` is for whoever is there, `away` is of people's own coming
and going."""
Idle = Kind | Literal["nothing", "good sign", "link", "picture"]
"""Why a message asks for nothing; `nothing` has no words, `link` and `picture` only an address."""

_LONGEST = 160  # characters of a message that may be chatter
_ADDRESS = re.compile(r"<?(?:https?://|www\.)\S+", re.IGNORECASE)
_PICTURE = re.compile(r"tenor\.com/|giphy\.com/|gfycat\.com/|\.gif(?:[?>\s]|$)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_LAUGHTER = re.compile(r"(.)\1{2,}")
_FACE = re.compile(
    r"(?<!\S)(?:>?[:;=8][-'^o]?[)(\]\[dpo03/\\|*@$]+|x+d+|<3+|\^_*\^|[-o]_+[-o]|\\o/|"
    r"¯\\\S*_\(ツ\)_/¯)(?!\S)",
    re.IGNORECASE,
)
_GOOD_SIGNS = "👍👌✅🆗✔🙆💯"
_GOOD_CODES = re.compile(r":(?:\+1|thumbsup|ok_hand|white_check_mark|heavy_check_mark|ok|100):")


def idleness(text: str, names: Iterable[str]) -> Idle | None:
    """Why it asks for nothing, whoever of `names` it thanks; None if it may ask for something."""
    text = own_words(text) or text
    if has_words(text):
        return chatter(text, names)
    if _ADDRESS.search(text):
        return "picture" if _PICTURE.search(text) else "link"
    if is_good_sign(text):
        return "good sign"
    return None if "?" in normalize("NFKC", text) else "nothing"


def has_words(text: str) -> bool:
    """Whether anything is left without addresses, emoji and punctuation."""
    return bool(plain(_FACE.sub(" ", _ADDRESS.sub(" ", text))))


def is_good_sign(text: str) -> bool:
    """Emoji alone, and one of them says that something is good."""
    good = _GOOD_CODES.search(text) or any(sign in text for sign in _GOOD_SIGNS)
    return bool(good) and not has_words(text)


def chatter(text: str, names: Iterable[str]) -> Kind | None:
    """The kind of a message all of which is chatter, whoever of `names` it thanks; else None."""
    if len(text) > _LONGEST or _ADDRESS.search(text):
        return None
    words = _without(plain(_FACE.sub(" ", text)), names)
    if kind := _kind(words):
        return kind
    return "thanks" if _thanks_somebody(text) else None


def _without(words: str, names: Iterable[str]) -> str:
    forms = {form for name in spoken(names) if (form := plain(name))}
    for name in sorted(forms, key=len, reverse=True):
        words = re.sub(rf"(?<!\S){re.escape(name)}(?!\S)", " ", words)
    return " ".join(words.split())


def _thanks_somebody(text: str) -> bool:
    """Whether it ends in a name that nobody here bears, after thanks: one word, with a capital or
    an @."""
    *before, last = text.split() or [""]
    said = plain(" ".join(before)).replace(" ", "")
    return (last[:1].isupper() or last.startswith("@")) and consists(
        said, _every()["thanks"], _every_phrase()
    )


_KINDS: tuple[Kind, ...] = ("thanks", "away", "greeting", "ack")
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
