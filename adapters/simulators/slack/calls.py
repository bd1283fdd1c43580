"""What was asked of the Web API, and what it answered."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from adapters.simulators.slack.wire import Json

KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Answered:
    """`status` is the HTTP status; 0 where the connection was cut instead of an answer. `took` is
    false where a fault came before the effect. Arguments never hold the token."""

    method: str
    arguments: Json
    team: str
    at: datetime
    status: int
    answer: Json
    took: bool = True

    @property
    def ok(self) -> bool:
        return self.status == 200 and self.answer.get("ok") is True

    @property
    def error(self) -> str:
        return str(self.answer.get("error", ""))


@dataclass(slots=True)
class Calls:
    """The last calls, oldest first."""

    all: deque[Answered] = field(default_factory=lambda: deque[Answered](maxlen=KEPT))

    def of(self, method: str) -> list[Answered]:
        return [call for call in self.all if call.method == method]

    def limited(self) -> int:
        """How many were answered with 429."""
        return sum(call.status == 429 for call in self.all)
