"""The programs that run inside the container, as command lines. Their sources are files of this
room."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from runtime.ids import CallId

KEPT = 1 << 20
"""Bytes of output kept per call, frame heads included: what people and models can still read."""

DRAINED = 8 * KEPT
"""Bytes dropped after that before the call is ended: a chatty build may finish, a flood may not."""

LINGER = 0.1
"""Seconds for the last words of children that outlive the command by a moment."""

_PYTHON = ("python3", "-I", "-S", "-c")  # isolated and without site: 15 ms instead of 40
_RECORDS = "/run/aether/calls"
_HERE = Path(__file__).parent


def _source(name: str) -> str:
    return (_HERE / f"{name}.py").read_text(encoding="utf-8")


_INIT, _SUPERVISOR, _TAIL = (_source(name) for name in ("init", "supervisor", "tail"))


def init(ttl: float) -> list[str]:
    """Process 1; the container ends `ttl` seconds after its start."""
    return [*_PYTHON, _INIT, str(ttl)]


def supervisor(call: CallId, argv: Sequence[str], timeout: float, stdin: int) -> list[str]:
    """One call; `stdin` bytes will arrive on its standard input."""
    bounds = (timeout, stdin, KEPT, DRAINED, LINGER)
    return [*_PYTHON, _SUPERVISOR, _record(call), *map(str, bounds), *argv]


def tail(call: CallId, skip: int) -> list[str]:
    """The record of a call from byte `skip` on, until the call ends."""
    return [*_PYTHON, _TAIL, _record(call), str(skip)]


def _record(call: CallId) -> str:
    # A call id is text from elsewhere; as a hash it is always one harmless file name.
    return f"{_RECORDS}/{hashlib.sha256(call.encode()).hexdigest()[:32]}"
