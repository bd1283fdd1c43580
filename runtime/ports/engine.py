"""The port to whatever starts segments, the clock, and what settles them on a platform."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from runtime.ids import Seq, SessionId


class Clock(Protocol):
    """The one source of time. `now` (UTC) is for what is recorded and shown: people and NTP may set
    it. Whoever waits or measures takes `monotonic` and `sleep`, which no such step touches. Tests
    inject a manual one."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float:
        """Seconds since some moment of this process's life; only differences mean anything."""
        ...

    async def sleep(self, seconds: float) -> None: ...


Drive = Callable[[SessionId], Awaitable[None]]


class Work(Protocol):
    """What an engine asks of the journal, at the start and in every sweep."""

    async def open_work(self, now: datetime) -> list[SessionId]:
        """Sessions that are awake, unsettled, or due at `now`."""
        ...

    async def next_due(self) -> datetime | None:
        """The earliest timer of all sessions."""
        ...


class Engine(Protocol):
    """Starts segments; nothing else does. See docs/decisions/0002-fencing.md."""

    async def wake(self, session: SessionId, tx: object | None = None) -> None:
        """Idempotent. With `tx` it takes effect if and only if that transaction commits.
        Guarantees a fold that begins after this commit."""
        ...

    async def interrupt(self, session: SessionId) -> None:
        """A hint: cancel the running segment. The truth is a `stop_requested` fact."""
        ...

    async def serve(self, drive: Drive, work: Work) -> None:
        """Call drive(session) for every awake, unsettled or due session until cancelled or
        drained."""
        ...

    async def drain(self, grace: float) -> None:
        """No new segments; running ones may reach a step boundary within `grace` seconds."""
        ...

    @property
    def draining(self) -> bool: ...


class Lock(Protocol):
    """Proof that this process alone drives and shows the sessions of its database."""

    async def prove(self) -> None:
        """Before each segment, each settling and each call to a platform. Raises LockLost."""
        ...


class Settler(Protocol):
    """Brings what people should see to the platform."""

    async def settle(self, session: SessionId) -> Seq:
        """Converge the thread's messages to the journal; return the seq up to which they are
        exact."""
        ...
