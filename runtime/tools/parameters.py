"""Parameters of tools, and the forms in which models that know other tools write them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from pydantic import BaseModel, ConfigDict, model_validator

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SAID = frozenset(
    {
        "description",
        "explanation",
        "reason",
        "reasoning",
        "thought",
        "thoughts",
        "intent",
        "purpose",
    }
    | {"justification", "summary", "security_risk", "is_background", "title"}
)
"""What models write beside a call because other tools want it: nothing of it is missed."""


class Params(BaseModel):
    """Base of every tool's parameters. Other names and usual forms of them are taken; a key that
    means nothing here is left out, and `unknown_keys` tells the model."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", allow_inf_nan=False, coerce_numbers_to_str=True
    )

    also: ClassVar[Mapping[str, str]] = {}
    """Other names of parameters, in snake_case, and the name that they have here."""

    parts: ClassVar[frozenset[str]] = frozenset()
    """Keys that are no parameters, and that `fitted` understands."""

    @model_validator(mode="before")
    @classmethod
    def _usual_forms(cls, given: Any) -> Any:
        """Models write null for what they leave out; then the default counts."""
        if not isinstance(given, dict):
            return given
        entries = cast(dict[object, object], given)
        named = {cls.named(str(key)): value for key, value in entries.items() if value is not None}
        exact = {str(key): value for key, value in entries.items() if value is not None}
        named |= {key: value for key, value in exact.items() if key in cls.model_fields}
        return cls.fitted({key: cls._value(key, value) for key, value in named.items()})

    @classmethod
    def named(cls, key: str) -> str:
        """What a key is called here."""
        if key in cls.model_fields:
            return key
        plain = _CAMEL.sub("_", key).replace("-", "_").lower()
        return cls.also.get(plain, plain)

    @classmethod
    def fitted(cls, given: dict[str, Any]) -> dict[str, Any]:
        """The parameters where several of them together have another form."""
        return given

    @classmethod
    def _value(cls, key: str, value: object) -> object:
        """Lists and objects that are spelled as a text; one thing in the place of a list."""
        field = cls.model_fields.get(key)
        kind = str(field.annotation) if field else ""
        if not kind.startswith("tuple["):
            return value
        if isinstance(value, str):
            value = _spelled(value)
        return [cast(object, value)] if isinstance(value, str | dict) else value


def _spelled(text: str) -> object:
    """The list or object that a text spells, in JSON or as Python writes it; else the text."""
    if not text.strip().startswith(("[", "{")):
        return text
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return text


def unknown_keys(params: type[Params], given: Mapping[str, object]) -> str:
    """A word for the model about keys that mean nothing here; empty where there are none."""
    known = {*params.model_fields, *params.parts, *_SAID}
    unknown = [key for key in given if params.named(key) not in known]
    if not unknown:
        return ""
    keys = ", ".join(repr(key[:60]) for key in unknown[:5])
    names = ", ".join(params.model_fields)
    return f"there is no parameter {keys}, so it was left out. Parameters: {names}"
