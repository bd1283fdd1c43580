"""What a child process is told: where its things are, what it plays, and where it ends."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Literal

from runtime.ids import Value

Point = Literal["before", "after", "outbox", "effect", "model"]
"""`before` the append of the n-th entry, `after` its commit; after the n-th deed of the outbox (an
intent, a post or an edit, a reference); in the middle of the n-th tool effect, the n-th turn."""


class Doom(Value):
    """The moment at which a process sends itself a signal. It counts its own deeds, from 1."""

    point: Point
    n: int
    signal: int = signal.SIGKILL


class Spec(Value):
    """A child. `ahead` moves its clock; `born` is the same for all children of one test."""

    database_url: str
    data_dir: Path
    chat: tuple[str, int]
    born: float
    scenario: str = "reference"
    ahead: float = 0.0
    doom: Doom | None = None
    mutation: str = ""
    exclusive: bool = True
    watch: bool = False
    log: Path = Path("child.log")


HURRY = 20.0  # seconds of the child's clock in one real second: retries and sweeps need not wait


def seconds_since(born: float) -> float:
    """By the clock that all children of one test share."""
    return (time.time() - born) * HURRY
