"""Whom words call by name, without a mention that the platform knows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import category, normalize

NAME = "Aether"
"""Which the agent has everywhere, whatever its app is called."""

_HELLO = (
    "hey|hi|hello|ok|okay|yo|dear|and|so|hallo|hola|salut|ciao|oi|ola|hej|hei|moi|czesc|ahoj|szia|"
    "salve|hoi|selam|merhaba|привет|эи|привіт|γεια|ねえ|嘿|嗨|مرحبا|يا|היי|नमस्ते"
)
_ASKS = (
    "please|pls|plz|can|could|would|will|should|do|did|are|have|what|why|how|where|when|who|which|"
    "kannst|konntest|bitte|mach|peux|pourrais|puedes|podrias|pode|puoi|kan|kun|mozesz|можешь"
)
"""Words that follow on the name of whom they are said to."""
_HONORIFIC = "(?:さん|くん|님|씨)?"
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
_MOST = 128  # sets of names


def calls(text: str, names: Iterable[str]) -> bool:
    """Whether the words are said to one of these: typed with an @, at the beginning or the end as
    people call each other. Names in quotes and code call nobody."""
    found = frozenset(name for name in map(_folded, names) if name)
    return bool(found) and _called(found).search(_folded(own_words(text))) is not None


def calls_us(text: str, names: Iterable[str]) -> bool:
    """`names` are those that its app has in this place."""
    return calls(text, (NAME, *names))


def own_words(text: str) -> str:
    """Without the lines that quote somebody, and without code."""
    return _QUOTED.sub("", _CODE.sub(" ", text)).strip()


def spoken(names: Iterable[str]) -> frozenset[str]:
    """Whole names and their first parts, by which people call each other."""
    whole = [name.split() for name in names]
    return frozenset(form for parts in whole if parts for form in (" ".join(parts), parts[0]))


@lru_cache(_MOST)
def _called(names: frozenset[str]) -> re.Pattern[str]:
    each = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    name = rf"(?:{each}){_HONORIFIC}"
    return re.compile(
        rf"(?<![\w/.@])@{name}(?![\w-]|\.\w)"
        rf"|^[^\w@]*(?:{_HELLO})[\s,!]+{name}(?!\w)"
        rf"|^[^\w@]*{name}\s*(?:[,:!?،、…;\u2013\u2014]|-\s|$)"
        rf"|^[^\w@]*{name}\s+(?:{_ASKS})\b"
        rf"|[,،、]\s*{name}[\s.!?。…)]*$"
    )


def _folded(text: str) -> str:
    """As names compare: case, accents, width and what is invisible do not matter, punctuation
    does."""
    apart = normalize("NFKD", text).casefold()
    return normalize("NFC", "".join(m for m in apart if category(m) not in ("Mn", "Cf")))
