"""Values that people give to options: Discord's client sends none that does not fit (docs:
Application Commands, Application Command Option Structure)."""

from __future__ import annotations

from collections.abc import Sized

from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.rules.options import INTEGER, NUMBER, STRING

BOOLEAN = 5
_SAFE = 2**53  # integers between -2^53 and 2^53
_TYPES: dict[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    NUMBER: (int, float),
}


def fits(option: Json, value: str | float | bool) -> bool:
    kind = option["type"]
    if kind == BOOLEAN or isinstance(value, bool):
        return kind == BOOLEAN and isinstance(value, bool)
    if not isinstance(kind, int) or kind not in _TYPES:
        return True
    return isinstance(value, _TYPES[kind]) and _is_within(option, value) and _chosen(option, value)


def _is_within(option: Json, value: str | float) -> bool:
    if isinstance(value, Sized):
        return _limit(option, "min_length", 0) <= len(value) <= _limit(option, "max_length", 6_000)
    return _limit(option, "min_value", -_SAFE) <= value <= _limit(option, "max_value", _SAFE)


def _chosen(option: Json, value: str | float) -> bool:
    choices = option.get("choices")
    if not isinstance(choices, list) or not choices:
        return True
    return value in [choice["value"] for choice in choices if isinstance(choice, dict)]


def _limit(option: Json, key: str, usual: int) -> float:
    given = option.get(key)
    return given if isinstance(given, int | float) else usual
