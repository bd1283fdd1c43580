"""JSON schema of a tool's parameters, as small as models need it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from pydantic import BaseModel

_NOISE = frozenset({"title", "$defs", "pattern", "minLength", "maxLength", "minItems", "maxItems"})
"""Left out: servers that turn schemas into grammars choke on long repetitions, and what breaks a
length or a pattern is named when the call is validated."""


@lru_cache
def schema_of(params: type[BaseModel]) -> dict[str, Any]:
    """Titles stripped and references replaced by what they name: chat templates of local models
    often know neither."""
    full = params.model_json_schema()
    small = _small(full, full.get("$defs", {}))
    small.pop("description", None)  # the class's docstring is for us; the tool describes itself
    return small


def _small(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        node = definitions[str(node["$ref"]).rpartition("/")[2]]
    small: dict[str, Any] = {}
    if "properties" in node:
        small["additionalProperties"] = False  # models keep to it; what they add is left out
    for key, value in node.items():
        if key == "properties":  # its keys are names of parameters, "title" among them
            small[key] = {name: _small(part, definitions) for name, part in value.items()}
        elif key not in _NOISE:
            small[key] = _value(value, definitions)
    return small


def _value(value: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return _small(cast(dict[str, Any], value), definitions)
    if isinstance(value, list):
        return [_value(part, definitions) for part in cast(list[Any], value)]
    return value
