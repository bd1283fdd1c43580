"""Which files of the product a journey enters, from its first call to its last."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parent.parent.parent
ROOMS = tuple(f"{ROOT}/{room}/" for room in ("bot", "runtime", "adapters", "sandbox", "config"))
_UNDERWAY: ContextVar[bool] = ContextVar("underway", default=False)


class Journey:
    """Begins in `first` (file and function), and ends when `last` returns; what other tasks do
    meanwhile is not of it. Tasks that it starts are."""

    def __init__(self, first: tuple[str, str], last: tuple[str, str]) -> None:
        self.files: list[str] = []
        self.over = False
        self._first, self._last = first, last

    def __call__(self, frame: FrameType, event: str, arg: Any) -> None:
        name = frame.f_code.co_filename
        if self.over or not name.startswith(ROOMS):
            return
        place = (Path(name).relative_to(ROOT).as_posix(), frame.f_code.co_name)
        if event == "call":
            if place == self._first:
                _UNDERWAY.set(True)
            if _UNDERWAY.get() and place[0] not in self.files:
                self.files.append(place[0])
        elif event == "return" and place == self._last and _UNDERWAY.get() and arg is not None:
            self.over = True


@contextmanager
def traced(first: tuple[str, str], last: tuple[str, str]) -> Generator[Journey]:
    """The next journey of this kind, while the block runs."""
    journey = Journey(first, last)
    sys.setprofile(journey)
    try:
        yield journey
    finally:
        sys.setprofile(None)
