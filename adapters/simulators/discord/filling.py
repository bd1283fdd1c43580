"""What a person fills into a modal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from adapters.simulators.discord.call import Sent
from adapters.simulators.discord.controls import Impossible, controls, picked
from adapters.simulators.discord.interaction import Interaction
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.rules.files import take
from adapters.simulators.discord.rules.kinds import SELECTS, Part
from adapters.simulators.discord.state import State
from adapters.simulators.discord.wire import attachment_json

Filled = str | bool | Sequence[str] | Sequence[Sent]
"""A text or one choice; a tick; several choices; files."""


def filled(world: State, asked: Interaction, values: Mapping[str, Filled]) -> Json:
    """The data of the interaction, from values by custom_id. Raises Impossible."""
    modal = asked.modal
    if modal is None or asked.submitted:
        raise Impossible("there is no modal to fill in")
    parts = modal["components"]
    assert isinstance(parts, list)
    known = {str(control["custom_id"]) for control in controls(parts)}
    if not values.keys() <= known:
        raise Impossible(f"the modal has no field {sorted(values.keys() - known)}, only {known}")
    files: Json = {}
    rows = [_part(world, asked, part, values, files) for part in parts if isinstance(part, dict)]
    return {
        "custom_id": modal["custom_id"],
        "components": [*rows],
        "resolved": {"attachments": files},
    }


def _part(
    world: State, asked: Interaction, part: Json, values: Mapping[str, Filled], files: Json
) -> Json:
    said: Json = {"type": part["type"], "id": part["id"]}
    if part["type"] == Part.TEXT:
        return said
    answers: list[JsonValue] = [
        _answer(world, asked, control, values, files) for control in controls([part])
    ]
    if part["type"] == Part.LABEL:
        return {**said, "component": answers[0]}
    return {**said, "components": answers}


def _answer(
    world: State, asked: Interaction, control: Json, values: Mapping[str, Filled], files: Json
) -> Json:
    name = str(control["custom_id"])
    given = values.get(name)
    said: Json = {"type": control["type"], "id": control["id"], "custom_id": name}
    if control.get("required", True) and given in (None, "", (), []):
        raise Impossible(f"the field {name!r} must be filled in")
    kind = control["type"]
    if kind == Part.TEXT_INPUT:
        return {**said, "value": _text(control, "" if given is None else given)}
    if kind == Part.CHECKBOX:
        return {**said, "value": bool(given)}
    if kind == Part.RADIO_GROUP:
        return {**said, "value": given if isinstance(given, str) else None}
    if kind == Part.FILE_UPLOAD:
        return {**said, "values": _files(world, asked, given, files)}
    chosen = _chosen(given)
    if kind in SELECTS and (chosen or control.get("required", True)):
        return {**said, **picked(world, asked.channel, control, chosen)}
    return {**said, "values": [*chosen]}


def _chosen(given: Filled | None) -> list[str]:
    if isinstance(given, str):
        return [given]
    return [v for v in given if isinstance(v, str)] if isinstance(given, Sequence) else []


def _text(control: Json, given: Filled) -> str:
    if not isinstance(given, str):
        raise Impossible(f"the field {control['custom_id']!r} takes a text")
    least, most = control.get("min_length"), control.get("max_length")
    sized = isinstance(least, int) and isinstance(most, int) and least <= len(given) <= most
    if given and not sized:
        raise Impossible(f"{control['custom_id']!r} takes {least} to {most} characters")
    return given


def _files(world: State, asked: Interaction, given: Filled | None, files: Json) -> list[JsonValue]:
    found: list[JsonValue] = []
    for sent in given if isinstance(given, Sequence) else ():
        if isinstance(sent, Sent):
            file = take(world, asked.channel, sent)
            files[str(file.id)] = attachment_json(world, file)
            found.append(str(file.id))
    return found
