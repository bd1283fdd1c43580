"""Application commands (docs: Application Commands)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pydantic import JsonValue

from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.refusals import Refusal
from adapters.simulators.discord.rules.form import Form
from adapters.simulators.discord.rules.options import read_options, slash_name

SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
MOST = {SLASH: 100, USER_MENU: 15, MESSAGE_MENU: 15}
_SIZE = 8_000
_PLACES = {"contexts": range(3), "integration_types": range(2)}
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
        said["options"] = read_options(form)
    elif form.data.get("description") or form.data.get("options"):
        form.fail("description", "APPLICATION_COMMAND_DESCRIPTION_INVALID", "Menus have none")
    for key, places in _PLACES.items():
        _where(form, key, places)
    if _size(said) > _SIZE:
        form.fail(None, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds {_SIZE} characters")
    return said | {key: form.data[key] for key in _KEPT if key in form.data}


def _name(form: Form, kind: int) -> str:
    return slash_name(form) if kind == SLASH else form.text("name", 32, 1, required=True) or ""


def _where(form: Form, key: str, places: range) -> None:
    """A list of places, each once; null means the usual ones."""
    if not form.has(key):
        return
    given = form.values(key, len(places), 1)
    if any(isinstance(one, bool) or one not in places for one in given):
        form.fail(key, "BASE_TYPE_CHOICES", f"Value must be one of {[*places]}.")
    elif len({*map(str, given)}) < len(given):
        form.fail(key, "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")


def _size(said: JsonValue) -> int:
    """Characters of names, descriptions and values."""
    if isinstance(said, list):
        return sum(map(_size, said))
    if not isinstance(said, dict):
        return 0
    own = sum(len(str(said.get(key) or "")) for key in ("name", "description", "value"))
    return own + _size(said.get("options")) + _size(said.get("choices"))


def crowded(commands: Iterable[Json]) -> Refusal | None:
    """30032 where there are more than allowed of one kind."""
    kinds = Counter(command["type"] for command in commands)
    for kind, most in MOST.items():
        if kinds[kind] > most:
            what = f"Maximum number of application commands reached ({most})"
            return Refusal(400, 30032, what)
    return None
