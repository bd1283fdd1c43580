"""What may go wrong on purpose."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from adapters.simulators.slack.wire import Json


@dataclass(frozen=True, slots=True)
class Limited:
    """The next calls of the method are answered 429."""

    method: str
    times: int = 1
    retry_after: int = 1


@dataclass(frozen=True, slots=True)
class Broken:
    """The next calls of the method are answered 500, without effect."""

    method: str
    times: int = 1
    status: int = 500


@dataclass(frozen=True, slots=True)
class Refused:
    """The next calls of the method are answered with this error code, without effect."""

    method: str
    error: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Unshowable:
    """Calls of the method whose arguments are `such` are answered with this error code, without
    effect: what this workspace does not take."""

    method: str
    error: str
    such: Callable[[Json], bool]
    times: int = sys.maxsize


@dataclass(frozen=True, slots=True)
class CutBefore:
    """The connection ends before the effect."""

    method: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class CutAfter:
    """The connection ends after the effect: the answer is lost."""

    method: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Slow:
    """The next calls wait so many seconds on the clock before their effect."""

    method: str
    seconds: float
    times: int = 1


@dataclass(frozen=True, slots=True)
class Twice:
    """The next events of this type arrive twice, with the same event_id; "" means any type."""

    event: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Swapped:
    """The next events of this type arrive after the one that follows."""

    event: str = ""
    times: int = 1


CallFault = Limited | Broken | Refused | Unshowable | CutBefore | CutAfter | Slow
EventFault = Twice | Swapped
Fault = CallFault | EventFault


class Faults:
    """Each waits for its turn and is used up."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    def for_call(self, method: str, given: Json | None = None) -> CallFault | None:
        for place, fault in enumerate(self._waiting):
            if isinstance(fault, EventFault) or fault.method != method:
                continue
            if not isinstance(fault, Unshowable) or fault.such(given or {}):
                self._use(place, fault)
                return fault
        return None

    def for_event(self, event: str) -> EventFault | None:
        for place, fault in enumerate(self._waiting):
            if isinstance(fault, EventFault) and fault.event in ("", event):
                self._use(place, fault)
                return fault
        return None

    def _use(self, place: int, fault: Fault) -> None:
        if fault.times > 1:
            self._waiting[place] = replace(fault, times=fault.times - 1)
        else:
            del self._waiting[place]
