"""What is wrong with a call's arguments, in words that let the model mend it."""

from __future__ import annotations

import json

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from runtime.tools.excerpt import one_line
from runtime.tools.tool import Params

_SHOWN = 8


def faults(error: ValidationError, params: type[Params]) -> str:
    """Each fault on its own line, by the parameter's name, then the parameters that exist."""
    found = error.errors(include_url=False, include_context=False)
    lines = [f"- {_fault(fault)}" for fault in found[:_SHOWN]]
    if len(found) > _SHOWN:
        lines.append(f"- and {len(found) - _SHOWN} more")
    return "\n".join(["Arguments not valid:", *lines, f"Parameters: {signature(params)}."])


def signature(params: type[Params]) -> str:
    """ "command, timeout?": what a call may say, optional parts marked."""
    return ", ".join(
        name if field.is_required() else f"{name}?" for name, field in params.model_fields.items()
    )


def _fault(fault: ErrorDetails) -> str:
    place = ".".join(one_line(str(part), 60) for part in fault["loc"]) or "arguments"
    match fault["type"]:
        case "missing":
            return f"{place}: required, but not given"
        case "value_error":
            return f"{place}: {fault['msg'].removeprefix('Value error, ')}"
        case _:
            given = json.dumps(fault["input"], ensure_ascii=False, default=str)
            return f"{place}: {_in_json(fault['msg'])} (you gave {one_line(given, 60)})"


def _in_json(words: str) -> str:
    """The library speaks of Python's types."""
    for theirs, ours in (("tuple", "array"), ("list", "array"), ("dictionary", "object")):
        words = words.replace(f"valid {theirs}", f"valid {ours}")
    return words
