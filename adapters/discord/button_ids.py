"""Press tokens in the ids of components, and back.

A button carries its token in its custom_id, the option of a select in its value. Discord takes 100
characters of each, "Component Reference"; a token has at most 90.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.ports.button import ButtonToken, parse

PREFIX = "aether:"
READ = f"{PREFIX}read"
"""The custom_id of a modal that is only read."""

_PICK = f"{PREFIX}pick:"
_SURE = f"{PREFIX}sure:"


def encode(token: ButtonToken) -> str:
    """The custom_id of a button, or the value of an option."""
    return f"{PREFIX}{token}"


def encode_question(token: ButtonToken) -> str:
    """The value of an option that is asked about before it counts."""
    return f"{_SURE}{token}"


def pick(number: int) -> str:
    """The custom_id of the n-th select of a message: it says nothing, its options do."""
    return f"{_PICK}{number}"


def decode(custom_id: str, values: Sequence[str] = ()) -> ButtonToken | None:
    """What was pressed or picked; None for what is not ours. `values` are those of a select.
    Untrusted: anybody can send anything."""
    if custom_id.startswith(_PICK):
        return _token(values[0]) if len(values) == 1 else None
    return _token(custom_id)


def asked_about(custom_id: str, values: Sequence[str] = ()) -> ButtonToken | None:
    """What was picked, and counts only when it is confirmed."""
    if not custom_id.startswith(_PICK) or len(values) != 1 or not values[0].startswith(_SURE):
        return None
    return parse(values[0].removeprefix(_SURE))


def _token(text: str) -> ButtonToken | None:
    return parse(text.removeprefix(PREFIX)) if text.startswith(PREFIX) else None
