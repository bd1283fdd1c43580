"""Application commands (docs: Application Commands)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from pydantic import JsonValue

from adapters.discord.simulator.payload import Json
from adapters.discord.simulator.refusals import Refusal
from adapters.discord.simulator.rules.form import Form

SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
MOST = {SLASH: 100, USER_MENU: 15, MESSAGE_MENU: 15}
_NAME = re.compile(r"[-_'\w]{1,32}")
_KEPT = (
    "default_member_permissions", "dm_permission", "nsfw", "contexts", "integration_types",
    "name_localizations", "description_localizations",
)  # fmt: skip


def read_command(form: Form) -> Json:
    kind = form.choice("type", MOST, SLASH) or SLASH
    said: Json = {"type": kind, "name": _name(form, kind), "default_member_permissions": None}
    said["description"] = ""
    if kind == SLASH:
        said["description"] = form.text("description", 100, 1, required=True)
        said["options"] = _options(form)
    return said | {key: form.data[key] for key in _KEPT if key in form.data}


def _name(form: Form, kind: int) -> str:
    """Those of slash commands are small and without spaces."""
    name = form.text("name", 32, 1, required=True) or ""
    if kind == SLASH and name and (not _NAME.fullmatch(name) or name != name.lower()):
        form.fail("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    return name


def _options(form: Form) -> list[JsonValue]:
    found: list[JsonValue] = []
    for option in form.forms("options", 25):
        said: Json = {
            "type": option.choice("type", range(1, 12)),
            "name": _name(option, SLASH),
            "description": option.text("description", 100, 1, required=True),
            "required": option.flag("required"),
            "options": _options(option),
        }
        for choice in option.forms("choices", 25):
            choice.text("name", 100, 1, required=True)
        kept = ("choices", "autocomplete", "min_value", "max_value", "channel_types")
        found.append(said | {key: option.data[key] for key in kept if key in option.data})
    return found


def crowded(commands: Iterable[Json]) -> Refusal | None:
    """30032 where there are more than allowed of one kind."""
    kinds = Counter(command["type"] for command in commands)
    for kind, most in MOST.items():
        if kinds[kind] > most:
            what = f"Maximum number of application commands reached ({most})"
            return Refusal(400, 30032, what)
    return None
