"""The port through which doors (chat adapters, the page, the terminal) reach sessions."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from runtime.events import Envelope
from runtime.facts import Fact
from runtime.ids import NO_SEQ, Actor, Address, ArtifactHash, RunId, Seq, SessionId
from runtime.ports.access import No, Verb, Yes
from runtime.ports.journal import (
    EVERYWHERE,
    Appended,
    Guard,
    Known,
    Refused,
    Scope,
    SessionRow,
)
from runtime.view import ThreadView


class ViewFeed(Protocol):
    """The newest view of one session, for as long as it is open."""

    @property
    def view(self) -> ThreadView: ...

    async def changed(self) -> ThreadView:
        """The newest view, as soon as it differs from the one that was last returned."""
        ...

    async def aclose(self) -> None: ...


class Sessions(Protocol):
    """What a door may do. `may` says who; what else decides are guards, inside the append."""

    async def tell(
        self, address: Address, facts: Sequence[Fact] | Guard, *, run_id: RunId | None = None
    ) -> Appended | Known | Refused:
        """Put something into a session; it is durable when this returns."""
        ...

    async def view(self, session: SessionId, after: Seq = NO_SEQ) -> ViewFeed:
        """All that people see, or at least what changed after this entry: of a long thread less is
        read then. Raises JournalUnavailable."""
        ...

    def events(self, session: SessionId, after: Seq = NO_SEQ) -> AsyncGenerator[Envelope, None]:
        """The journal's events after `after`, then what happens live, chunks included. Endless."""
        ...

    async def exists(self, address: Address) -> bool:
        """Whether anything was ever said there. Raises JournalUnavailable."""
        ...

    async def unfinished(self, limit: int = 100, scope: Scope = EVERYWHERE) -> list[SessionRow]:
        """Those with a task that is not over; the newest first."""
        ...

    async def list(self, limit: int = 100, scope: Scope = EVERYWHERE) -> list[SessionRow]:
        """The newest first."""
        ...

    async def artifact(self, session: SessionId, name: ArtifactHash) -> bytes:
        """A file that the session names. Raises ToolError for any other, whoever has it."""
        ...

    async def may(
        self,
        actor: Actor,
        verb: Verb,
        address: Address,
        *,
        present: bool | None = None,
        admitted: bool = True,
    ) -> Yes | No:
        """Whether somebody may do this with a session. `present`: the door saw them in its channel
        just now; else whoever knows is asked."""
        ...
