"""Which option of an open question somebody's words mean. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from adapters.normalize import plain

_PLACE = re.compile(r"(?:option |number |no |nr |answer )?(\d{1,3})")
_ORDINALS: tuple[str, ...] = (
    "first 1st erste ersten premier premiere primero primera primo prima primeiro primeira eerste "
    "pierwszy pierwsza первый первая перше перший första birinci",
    "second 2nd zweite zweiten deuxieme second segundo segunda secondo seconda tweede drugi druga "
    "второи вторая другии друга andra ikinci",
    "third 3rd dritte dritten troisieme tercero tercera terzo terza terceiro terceira derde trzeci "
    "trzecia третии третья tredje ucuncu",
    "fourth 4th vierte vierten quatrieme cuarto cuarta quarto quarta vierde czwarty четвертыи",
    "fifth 5th funfte funften cinquieme quinto quinta vijfde piaty пятыи",
)
_LAST = "last letzte letzten derniere dernier ultimo ultima laatste ostatni последнии"
_AROUND = frozenset(
    plain(
        "the a one option answer please take pick choose use i'd say let's go with for just do it "
        "number ok okay thanks der die das bitte option le la el il lo de het por favor"
    ).split()
)


def equal(text: str, options: Sequence[str]) -> str | None:
    """The option that the words are, but for case, accents and punctuation."""
    bare = [option for option in options if option.strip() == text.strip()]
    if bare:
        return bare[0]
    words = plain(text)
    return _only([option for option in options if words and plain(option) == words])


def meant(text: str, options: Sequence[str]) -> str | None:
    """The option that the words are or point at: by words that only it has, by its place from 1 on
    ("2", "the first"). None if that is not clear."""
    words = plain(text).split()
    telling = [word for word in words if word not in _AROUND] or words
    return equal(text, options) or _by_words(telling, options) or _by_place(telling, words, options)


def _by_words(telling: Sequence[str], options: Sequence[str]) -> str | None:
    """All words that are said stand in the option, and in no other."""
    if not telling:
        return None
    return _only([option for option in options if set(telling) <= set(plain(option).split())])


def _by_place(telling: Sequence[str], words: Sequence[str], options: Sequence[str]) -> str | None:
    """A number that is itself a word of an option is no place."""
    if any(set(telling) & set(plain(option).split()) for option in options) or len(telling) != 1:
        return None
    word = telling[0]
    if word in _LAST.split():
        return options[-1] if options else None
    place = next((n for n, same in enumerate(_ORDINALS, 1) if word in same.split()), 0)
    if found := _PLACE.fullmatch(" ".join(words)) or _PLACE.fullmatch(word):
        place = int(found[1])
    return options[place - 1] if 0 < place <= len(options) else None


def _only(found: Sequence[str]) -> str | None:
    return found[0] if len(found) == 1 else None
