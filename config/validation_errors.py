"""One line about settings that do not validate: where, which key, and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.keys import Path, all_keys, is_secret, names_at, nearest
from config.layers import Layer

_SHOWN = 40  # characters of a wrong value
_SEE = "config/agent-runtime.yaml shows how"
_PLAIN = {
    "tuple_type": "must be a list",
    "dict_type": "must be a section with keys of its own",
    "model_type": "must be a section with keys of its own",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be a text",
    "string_too_short": "must not be empty",
}


def validation_error(error: ValidationError, layers: Sequence[Layer], at: Path = ()) -> str:
    """The first thing that is wrong, and how many more there are. Never the value of a secret. `at`
    is the section that was validated."""
    found = error.errors(include_url=False)
    first = min(found, key=lambda one: one["type"] != "extra_forbidden")  # a slip explains the rest
    path = (*at, *first["loc"])
    layer = _layer(path, layers)
    if first["type"] == "extra_forbidden":
        line = _unknown(layer, path)
    elif first["type"] == "missing":
        line = f"{_where(layer, path)} is missing; {_SEE}"
    else:
        line = _wrong(layer, layers[-1].data, layer.reach(path), first, len(at))
    return f"{line} ({len(found) - 1} more)" if len(found) > 1 else line


def unknown_variable(name: str) -> str:
    """A variable that begins with AETHER_ but is no setting."""
    spell = Layer("", {}, variables=True).spell
    sections = [(section,) for section in names_at(())]
    known = ["AETHER_MODEL", "AETHER_CONFIG", *map(spell, (*sections, *all_keys()))]
    short = difflib.get_close_matches(name, known[:2], n=1, cutoff=0.9)  # what most people set
    near = short or difflib.get_close_matches(name, known, n=1)
    remedy = f"did you mean {near[0]}?" if near else "unset it; config/agent-runtime.yaml names all"
    return f"{name} is not a setting; {remedy}"


def where(path: Path, layers: Sequence[Layer]) -> str:
    """Where a setting stands, as the beginning of a line about it."""
    return _where(_layer(path, layers), path)


def _layer(path: Path, layers: Sequence[Layer]) -> Layer:
    return max(layers, key=lambda one: len(one.reach(path)))


def _where(layer: Layer, path: Path) -> str:
    key = layer.spell(path)
    return key if layer.variables else f"{layer.place(path)}: {key}"


def _unknown(layer: Layer, path: Path) -> str:
    near = nearest(path)
    remedy = f"there is {', '.join(names_at(path[:-1]))}"
    if near is not None:
        remedy = f"did you mean {layer.spell(near)}?"
    return f"{_where(layer, path)} is not a setting; {remedy}"


def _wrong(layer: Layer, shipped: Any, path: Path, error: ErrorDetails, above: int) -> str:
    said = error["msg"].removeprefix("Value error, ").replace("Input should", "must", 1)
    must = _PLAIN.get(error["type"], said)
    usual = _value(shipped, path[above:])
    remedy = _SEE if usual is None else f"the shipped value is {usual}"
    return f"{_where(layer, path)} {must}{_found(path, error['input'])}; {remedy}"


def _found(path: Path, found: Any) -> str:
    """The wrong value, if it is short and cannot be a secret."""
    if not isinstance(found, str | int | float) or is_secret(path):
        return ""
    text = repr(found)
    return f", not {text}" if len(text) <= _SHOWN else ""


def _value(data: Any, path: Path) -> Any:
    """What the shipped file says at a path, if it is worth quoting."""
    for part in path:
        if not isinstance(data, dict) or part not in data:
            return None
        data = data[part]  # pyright: ignore[reportUnknownVariableType]  # YAML enters here
    return data if isinstance(data, str | int | float) and data != "" else None
