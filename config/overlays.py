"""Overlays: what profiles and places change of the base, each for itself and never in a chain."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError

from config.errors import BadSettings
from config.keys import Path
from config.layers import Layer
from config.places import Place, Placed, pattern_of
from config.settings import Settings
from config.validation_errors import validation_error, where

_CHANGES = frozenset({"add", "remove"})


def placed(settings: Settings, layers: Sequence[Layer]) -> tuple[Placed, ...]:
    """The places of the settings with what holds there. Raises BadSettings for the first thing that
    is wrong, in profiles that no place uses too."""
    base = settings.base
    profiles = {
        name: _overlaid(base, overlay, ("profiles", name), layers)
        for name, overlay in settings.profiles.items()
    }
    return tuple(_placed(base, entry, profiles, settings, layers) for entry in settings.places)


def _placed(
    base: Place,
    entry: str,
    profiles: Mapping[str, Place],
    settings: Settings,
    layers: Sequence[Layer],
) -> Placed:
    path, given = ("places", entry), settings.places[entry]
    try:
        pattern = pattern_of(entry)
    except ValueError as error:
        raise BadSettings(f"{where(path, layers)} {error}") from None
    if not isinstance(given, str | dict):
        raise BadSettings(f"{where(path, layers)} must name a profile, or hold changes of its own")
    if isinstance(given, str):
        if given not in profiles:
            raise BadSettings(f"{where(path, layers)} {_no_profile(given, profiles)}")
        return Placed(pattern, entry, given, ("profiles", given), profiles[given])
    changes = cast("dict[str, Any]", given)  # YAML enters here
    return Placed(pattern, entry, entry, path, _overlaid(base, changes, path, layers))


def _no_profile(name: str, profiles: Mapping[str, Place]) -> str:
    near = difflib.get_close_matches(name, profiles, n=1)
    there = f"there is {', '.join(profiles)}" if profiles else "write it under profiles"
    return f"names a profile {name!r}; " + (f"did you mean {near[0]}?" if near else there)


def _overlaid(base: Place, overlay: Mapping[str, Any], at: Path, layers: Sequence[Layer]) -> Place:
    try:
        return Place.model_validate(_merged(base.model_dump(), overlay, at, layers))
    except ValidationError as error:
        raise BadSettings(validation_error(error, list(layers), at)) from None


def _merged(base: Any, over: Any, at: Path, layers: Sequence[Layer]) -> Any:
    """Sections are merged, lists changed by add and remove, everything else replaced."""
    if not isinstance(over, dict):
        return over
    change = cast("dict[str, Any]", over)  # YAML enters here
    if isinstance(base, dict):
        section = cast("dict[str, Any]", base)
        parts = {k: _merged(section.get(k), v, (*at, k), layers) for k, v in change.items()}
        return section | parts
    if isinstance(base, tuple) and change and change.keys() <= _CHANGES:
        return _changed(cast("tuple[str, ...]", base), change, at, layers)
    return change


def _changed(
    base: tuple[str, ...], change: Mapping[str, Any], at: Path, layers: Sequence[Layer]
) -> tuple[str, ...]:
    for verb, names in change.items():
        if not isinstance(names, list):
            raise BadSettings(f"{where((*at, verb), layers)} must be a list of names")
    added, gone = (list(map(str, change.get(verb, ()))) for verb in ("add", "remove"))
    if strange := next((name for name in gone if name not in base), None):
        there = f"there is {', '.join(base)}" if base else "the list is empty"
        raise BadSettings(f"{where((*at, 'remove'), layers)} takes away {strange!r}; {there}")
    kept = (name for name in base if name not in gone)
    return tuple(dict.fromkeys((*kept, *added)))
