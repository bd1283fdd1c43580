"""Options of slash commands (docs: Application Commands, Application Command Option Structure)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import JsonValue

from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.rules.form import Form

SUBCOMMAND, GROUP, STRING, INTEGER, CHANNEL, NUMBER = 1, 2, 3, 4, 7, 10
VALUES = frozenset(range(STRING, 12))
ALL = VALUES | {SUBCOMMAND, GROUP}
_WITHIN = {SUBCOMMAND: VALUES, GROUP: frozenset({SUBCOMMAND})}
_CHOSEN: dict[int, tuple[type, ...]] = {STRING: (str,), INTEGER: (int,), NUMBER: (int, float)}
"""The types whose values may be chosen from a list, and what stands in it."""

_NAME = re.compile(r"[-_'\w]{1,32}")
_MOST, _CHOICE = 25, 100
_LENGTHS = {"min_length": (0, 6_000), "max_length": (1, 6_000)}
_ONLY = {
    "choices": frozenset(_CHOSEN),
    "autocomplete": frozenset(_CHOSEN),
    "min_value": frozenset({INTEGER, NUMBER}),
    "max_value": frozenset({INTEGER, NUMBER}),
    "min_length": frozenset({STRING}),
    "max_length": frozenset({STRING}),
    "channel_types": frozenset({CHANNEL}),
}
"""The types of options that may have a field."""


def slash_name(form: Form) -> str:
    """Small and without spaces."""
    name = form.text("name", 32, 1, required=True) or ""
    if name and (not _NAME.fullmatch(name) or name != name.lower()):
        form.fail("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    return name


def read_options(form: Form, allowed: frozenset[int] = ALL) -> list[JsonValue]:
    """`allowed` are the types that may stand here."""
    forms = form.forms("options", _MOST)
    found = [_option(option, allowed) for option in forms]
    _each_once(forms, [said["name"] for said in found], "APPLICATION_COMMAND_OPTIONS")
    if len({said["type"] in VALUES for said in found}) > 1:
        what = "Sub-commands and sub-command groups stand alone"
        form.fail("options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", what)
    has_optional = False
    for option, said in zip(forms, found, strict=True):
        if said["required"] and has_optional:
            what = "Required options must be placed before non-required options"
            option.fail(None, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", what)
        has_optional = has_optional or not said["required"]
    return [*found]


def _option(form: Form, allowed: frozenset[int]) -> Json:
    kind = form.choice("type", allowed) or 0
    said: Json = {
        "type": kind,
        "name": slash_name(form),
        "description": form.text("description", 100, 1, required=True),
        "required": form.flag("required"),
        "options": read_options(form, _WITHIN.get(kind, frozenset())),
    }
    for key, kinds in _ONLY.items():
        if form.has(key) and kind not in kinds:
            form.fail(key, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", f"Not for type {kind}")
    for key, (least, most) in _LENGTHS.items():
        form.number(key, least, most, least)
    _choices(form, _CHOSEN.get(kind, ()))
    return said | {key: form.data[key] for key in _ONLY if key in form.data}


def _choices(form: Form, values: tuple[type, ...]) -> None:
    forms = form.forms("choices", _MOST)
    names = [choice.text("name", _CHOICE, 1, required=True) for choice in forms]
    _each_once(forms, names, "APPLICATION_COMMAND_OPTIONS_CHOICE")
    for choice in forms:
        value = choice.data.get("value")
        if isinstance(value, str) and str in values:
            choice.text("value", _CHOICE)
        elif isinstance(value, bool) or not isinstance(value, values):
            choice.fail("value", "BASE_TYPE_CHOICES", "The value is of another type")
    if forms and form.flag("autocomplete"):
        what = "An option has choices or autocompletes"
        form.fail("autocomplete", "APPLICATION_COMMAND_AUTOCOMPLETE_WITH_CHOICES", what)


def _each_once(forms: Sequence[Form], names: Sequence[JsonValue], what: str) -> None:
    for place, form in enumerate(forms):
        if names[place] in names[:place]:
            form.fail("name", f"{what}_NAME_ALREADY_EXISTS", "The name is there already")
