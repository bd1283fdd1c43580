"""The part of a message that a native stream writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Literal

from adapters.simulators.slack.wire import Json

LIFE = timedelta(minutes=5)
"""Measured by third parties in 2026: 306 to 320 s; Slack does not document it."""

Mode = Literal["chunks", "markdown_text"]


class End(Enum):
    STOPPED = "stopped"
    EXPIRED = "expired"
    BY_USER = "by user"


@dataclass(frozen=True, slots=True)
class Stream:
    """`parts` are blocks in the order they came; `plan` holds all tasks when the display is
    "plan". `end` is None while it grows."""

    began: datetime
    mode: Mode | None
    display: Literal["timeline", "plan"]
    recipient: str
    parts: tuple[Json, ...] = ()
    plan_title: str = ""
    end: End | None = None

    @property
    def is_open(self) -> bool:
        return self.end is None
