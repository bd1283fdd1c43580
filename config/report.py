"""Report: every value that holds in a place, and the line it comes from. No secret is in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, cast

from pydantic import BaseModel, SecretStr

from config.keys import Path
from config.layers import SHIPPED, Layer
from config.load import SHORT
from config.places import Place, Placed
from config.settings import Settings

_LONGEST = 200  # characters of a value
_PASSWORD = re.compile(r"(?<=://)[^/@\s]+(?=@)")
_OVERLAYS = ("profiles", "places")  # shown as what they come to, not as they are written
_MODEL = ("models", "default")


@dataclass(frozen=True, slots=True)
class Value:
    """A setting as it holds: `text` is what it is set to, `origin` the file and line, the variable
    or the option that says so."""

    key: str
    text: str
    origin: str


def report(settings: Settings, at: Placed | None = None) -> Iterator[Value]:
    """Of all settings, in the order of the shipped file; with `at` as they hold in that place."""
    here = dict(place_report(settings, at))
    for path, found in _leaves(settings, ()):
        if path[0] not in _OVERLAYS:
            text, origin = _text(found), _origin(settings, path)
            yield here.get(path) or Value(_spelled(path), text, origin)


def place_report(settings: Settings, at: Placed | None) -> Iterator[tuple[Path, Value]]:
    """Of what may differ from place to place."""
    for path, found in _leaves(at.values if at else settings.base, ()):
        base = _MODEL if path == ("model",) else path
        over = (*at.path, *path) if at else ()
        layer = next((each for each in settings.layers if over and each.reach(over) == over), None)
        origin = _stands(settings, layer, over) if layer else _origin(settings, base)
        yield base, Value(_spelled(base), _text(found), origin)


def _leaves(section: BaseModel, above: Path) -> Iterator[tuple[Path, Any]]:
    kept = Place if isinstance(section, Place) else type(section)
    for name in kept.model_fields:
        yield from _below(getattr(section, name), (*above, name))


def _below(found: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(found, BaseModel):
        yield from _leaves(found, path)
    elif isinstance(found, dict) and found and path[0] not in _OVERLAYS:
        for name, inner in cast("dict[str, Any]", found).items():
            yield from _below(inner, (*path, name))
    else:
        yield path, found


def _origin(settings: Settings, path: Path) -> str:
    layer = next((each for each in settings.layers if each.reach(path) == path), None)
    return _stands(settings, layer, path) if layer else "where nothing is set"


def _stands(settings: Settings, layer: Layer, path: Path) -> str:
    if layer.variables:
        name = layer.spell(path)
        short = next((short for short, long in SHORT.items() if long == name), name)
        return short if name not in settings.environ else name
    shipped = layer.name == str(SHIPPED)
    return layer.place(path).replace(str(SHIPPED), f"config/{SHIPPED.name}" if shipped else "")


def _text(found: Any) -> str:
    match found:
        case SecretStr():
            return "set" if found.get_secret_value() else "not set"
        case str():
            text = found or '""'
        case File():
            text = str(found)
        case _:
            text = json.dumps(_plain(found), ensure_ascii=False)
    text = _PASSWORD.sub("…", text.replace("\n", " "))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"


def _plain(found: Any) -> Any:
    if isinstance(found, BaseModel):
        return {name: _plain(inner) for name, inner in found}
    if isinstance(found, Mapping):
        return {str(k): _plain(v) for k, v in cast("Mapping[Any, Any]", found).items()}
    if isinstance(found, tuple | list):
        return [_plain(inner) for inner in cast("list[Any]", found)]
    return _text(found) if isinstance(found, SecretStr | File) else found


def _spelled(path: Path) -> str:
    return ".".join(map(str, path))
