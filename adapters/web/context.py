"""What the workbench needs of the service behind it; bot puts it together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from adapters.ports.inbound import Inbound, Receipt
from adapters.web.posted_cards import CardStore
from runtime.events import Envelope
from runtime.ids import Actor, Address, Seq, SessionId, session_id
from runtime.ports import Artifacts, Clock, SessionRow, Sessions
from runtime.view import ThreadView

Show = Callable[[ThreadView, Envelope], ThreadView]
"""What people see after one more event: `runtime.folds.view`."""

Receive = Callable[[Inbound], Awaitable[Receipt]]
"""The router. Returns after the durable append."""


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """What the record says of a session: `shown` is the seq of its last visible event."""

    idle: bool
    paused: bool
    shown: Seq


@dataclass(frozen=True, slots=True)
class About:
    """What the page says about this house. `why` says in words which model thinks and for what
    reason; `tools` are names with a sentence each."""

    version: str
    model: str
    why: str
    demo: bool
    mode: str
    tools: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WebContext:
    """`person` is whoever sits at the workbench. `enabled` are the wire tags that API clients get,
    None for all; the page always draws everything. `show` folds the past for a replay. `problem`
    is what keeps tools from running now, with the remedy, or ""."""

    sessions: Sessions
    artifacts: Artifacts
    receive: Receive
    find: Callable[[SessionId], Awaitable[SessionRow | None]]
    standing: Callable[[SessionId], Awaitable[SessionStatus]]
    about: About
    person: Actor
    clock: Clock
    show: Show
    enabled: frozenset[str] | None = None
    problem: Callable[[], str] = str
    card_store: CardStore = field(default_factory=CardStore)

    async def address(self, name: str) -> Address:
        """Of the session with this id; else of the web session that is, or will be, called so."""
        row = await self.find(SessionId(name))
        return row.address if row else Address(platform="web", thread=name)

    async def session(self, name: str) -> SessionId:
        return session_id(await self.address(name))
