"""What can go wrong with a call besides being refused for a reason."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limited:
    """Answered 429; nothing happens. `everywhere` says that the global limit is meant."""

    retry_after: float
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """Answered with this status of a server at fault (500, 502, 503); nothing happens."""

    status: int = 500


@dataclass(frozen=True, slots=True)
class Refused:
    """Answered with an error of Discord's ("Opcodes and Status Codes", JSON); nothing happens."""

    code: int
    status: int = 400
    text: str = "Refused"


@dataclass(frozen=True, slots=True)
class Dropped:
    """The connection breaks before the call has an effect."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The call has its effect; then the connection breaks."""


@dataclass(frozen=True, slots=True)
class Delayed:
    """The effect comes so many seconds later."""

    seconds: float


Fault = Limited | Broken | Refused | Dropped | Unanswered | Delayed


@dataclass(slots=True)
class Faults:
    """What waits for the next calls, by bucket; each strikes once, None lets one call pass."""

    waiting: dict[str, deque[Fault | None]] = field(default_factory=dict[str, deque[Fault | None]])

    def add(self, bucket: str, *faults: Fault | None) -> None:
        self.waiting.setdefault(bucket, deque()).extend(faults)

    def take(self, bucket: str) -> Fault | None:
        waiting = self.waiting.get(bucket)
        return waiting.popleft() if waiting else None
