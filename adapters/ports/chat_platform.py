"""A chat platform as bot sees it: what its adapter gives, and what it is given of the service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web

from adapters.ports.inbound import Inbound, Receipt
from adapters.ports.surface import Surface
from runtime.ids import Address
from runtime.ports import Clock, Sessions
from runtime.ports.findings import Finding

Receive = Callable[[Inbound], Awaitable[Receipt]]
"""The router. What it accepts is durable when it returns, and only then may the platform be
acknowledged. Raises AetherError if it could not be written: the platform must send it again."""


Routes = tuple[web.RouteDef, ...]


@dataclass(frozen=True, slots=True)
class InboundContext:
    """What a connection is given. `missed` reads the threads of a platform again that are live,
    and takes up what was said there; call it, with the platform's name, after every connection
    that may have lost events."""

    receive: Receive
    missed: Callable[[str], Coroutine[Any, Any, None]]
    sessions: Sessions
    clock: Clock


class Platform(Protocol):
    """One chat platform, with all its workspaces. Nothing is connected before `serve`, but every
    verb of its surfaces works over plain HTTP without it."""

    @property
    def name(self) -> str:
        """As in `Address.platform`."""
        ...

    def surface(self, address: Address) -> Surface | None:
        """The connection that serves this address; None if its workspace is not ours."""
        ...

    def routes(self, context: InboundContext) -> Routes:
        """Doors that it needs on the web server. They prove by themselves who calls: nobody is
        asked for the workbench's token there."""
        ...

    async def serve(self, context: InboundContext) -> None:
        """Connected until it is cancelled; connects again by itself. Raises Misconfigured where
        trying again is of no use: a wrong token, a missing intent."""
        ...

    async def examine(self) -> list[Finding]:
        """For the doctor: token, rights and connection, without changing anything."""
        ...
