"""Phrases of which a whole message may consist. Pure."""

from __future__ import annotations

from adapters.normalize import plain

_LONGEST = 24  # letters of a phrase, marks included


def listed(phrases: str) -> frozenset[str]:
    """Phrases of a data file, parted by commas: as they compare, without spaces, since some
    languages have none."""
    return frozenset(plain(phrase).replace(" ", "") for phrase in phrases.split(",") if phrase)


def consists(said: str, core: frozenset[str], around: frozenset[str]) -> bool:
    """Whether the words (plain, without spaces) are phrases of the core, one at least, and words
    around them that add nothing."""
    bare, full = {0}, set[int]()  # how far one may read, without and with a phrase of the core
    for start in range(len(said)):
        if start in bare:
            bare |= _ends(said, start, around)
        if start in bare or start in full:
            full |= _ends(said, start, core)
        if start in full:
            full |= _ends(said, start, around)
    return len(said) in full


def _ends(said: str, start: int, phrases: frozenset[str]) -> set[int]:
    last = min(len(said), start + _LONGEST)
    return {end for end in range(start + 1, last + 1) if said[start:end] in phrases}
