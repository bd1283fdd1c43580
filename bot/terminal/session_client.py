"""What a terminal needs of the service that serves its session."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from runtime.events import Envelope, FileRef
from runtime.facts import Fact
from runtime.ids import Address, Seq, SessionId
from runtime.ports import Appended, Guard, Known, Refused


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """What the record says of a session: `shown` is the seq of its last visible event."""

    idle: bool
    paused: bool
    shown: Seq


class SessionClient(Protocol):
    """The service, as one person sees it."""

    async def tell(
        self, address: Address, facts: Sequence[Fact] | Guard
    ) -> Appended | Known | Refused: ...

    def events(self, session: SessionId) -> AsyncGenerator[Envelope, None]:
        """All events on the record, then what happens live. Endless."""
        ...

    async def standing(self, session: SessionId) -> SessionStatus: ...

    async def save(self, session: SessionId, file: FileRef) -> Path:
        """Put a delivered file where the person finds it. The same file again changes nothing."""
        ...
