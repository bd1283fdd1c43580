"""What every call of the REST interface goes through: token, limits, faults, answer, record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import assert_never

from aiohttp import web
from pydantic import JsonValue

from adapters.simulators.discord import threads
from adapters.simulators.discord.buckets import BY_GUILD, Buckets, for_all, limited
from adapters.simulators.discord.call import Call, Recorded, Route
from adapters.simulators.discord.faults import (
    Broken,
    Delayed,
    Dropped,
    Fault,
    Faults,
    Limited,
    Refused,
    Unanswered,
)
from adapters.simulators.discord.gateway.hub import Hub
from adapters.simulators.discord.reading import Read, read
from adapters.simulators.discord.refusals import Refusal
from adapters.simulators.discord.state import State

OLD = timedelta(hours=1)
_MAJOR = ("channel_id", "guild_id", "token")


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: `body` None is 204. `broken` cuts the connection instead of sending it."""

    status: int
    body: JsonValue = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    code: int = 0
    broken: bool = False


@dataclass(slots=True, eq=False)
class Front:
    world: State
    hub: Hub
    token: str = field(repr=False)
    buckets: Buckets
    faults: Faults = field(default_factory=Faults)
    calls: list[Recorded] = field(default_factory=list[Recorded])

    async def answer(self, route: Route, request: web.Request) -> web.StreamResponse:
        if (seconds := self.buckets.shut_out(self.world.now())) > 0:
            return self._turn_away(route, request, seconds)
        taken = Read()
        try:
            self._identify(route, request)
            taken = await read(request)
            said = await self._answer(route, request, taken)
        except Refusal as no:
            said = Said(no.status, no.body(), no.headers, no.code)
        self.buckets.answered(said.status, self.world.now())
        self._record(route.path, request, taken, said)
        if said.broken and request.transport:
            request.transport.abort()
        return _response(said)

    def _turn_away(self, route: Route, request: web.Request, seconds: float) -> web.Response:
        """By the gatekeeper in front of the interface: no JSON, and no Via."""
        self._record(route.path, request, Read(), Said(429))
        headers = {"Retry-After": f"{seconds:.0f}"}
        return web.Response(status=429, text="error code: 1015", headers=headers)

    async def lost(self, request: web.Request) -> web.StreamResponse:
        """There is no such route."""
        said = Said(404, {"message": "404: Not Found", "code": 0})
        self._record("", request, Read(), said)
        return _response(said)

    async def _answer(self, route: Route, request: web.Request, taken: Read) -> Said:
        """Raises Refusal."""
        call = Call(self.world, request.match_info, request.query, taken.body, taken.files)
        headers = self._count(route, call)
        fault = self.faults.take(route.bucket)
        if (instead := await self._strike(fault)) is not None:
            return instead
        threads.archive_due(self.world)
        body = await route.handler(call)
        broken = isinstance(fault, Unanswered)
        return Said(0 if broken else 200 if body is not None else 204, body, headers, 0, broken)

    async def _strike(self, fault: Fault | None) -> Said | None:
        """What is answered instead; None if the call goes on."""
        match fault:
            case Limited(seconds, everywhere):
                raise for_all(limited(seconds)) if everywhere else limited(seconds)
            case Broken(status):
                return Said(status, {"message": f"{status}: Internal Server Error", "code": 0})
            case Refused(code, status, text):
                raise Refusal(status, code, text)
            case Dropped():
                return Said(0, broken=True)
            case Delayed(seconds):
                self.world.notify()
                await self.world.clock.sleep(seconds)
            case Unanswered() | None:
                pass
            case _:
                assert_never(fault)
        return None

    def _identify(self, route: Route, request: web.Request) -> None:
        if not route.open and request.headers.get("Authorization") != f"Bot {self.token}":
            raise Refusal(401, 0, "401: Unauthorized")

    def _count(self, route: Route, call: Call) -> dict[str, str]:
        """Raises Refusal 429. A slower limit inside a bucket shows no headers of its own."""
        now = self.world.now()
        if not route.open:
            self.buckets.take_whole(now)
        major = self._major(route, call)
        if (slow := self._slow(route, call)) is not None:
            self.buckets.take(slow, major, now)
        return self.buckets.take(route.bucket, major, now)

    def _major(self, route: Route, call: Call) -> str:
        """What has a bucket of its own."""
        number = next((call.params[name] for name in _MAJOR if name in call.params), "")
        channel = self.world.channels.get(int(number)) if number.isdecimal() else None
        if route.bucket in BY_GUILD and channel and channel.guild:
            return str(channel.guild.id)
        return number

    def _slow(self, route: Route, call: Call) -> str | None:
        if route.bucket == "change" and isinstance(call.body, dict) and "name" in call.body:
            return "rename"
        if route.bucket != "edit":
            return None
        try:
            old = self.world.now() - call.message().made > OLD
        except Refusal:
            return None
        return "edit-old" if old else None

    def _record(self, route: str, request: web.Request, taken: Read, said: Said) -> None:
        names = tuple(file.name for file in taken.files.values())
        at = self.world.now()
        self.calls.append(
            Recorded(
                request.method, route, request.path, taken.body, names, at, said.status, said.code
            )
        )
        self.world.notify()


def _response(said: Said) -> web.Response:
    """The type stands without a charset, as discord.py wants it. Via says that no gatekeeper in
    front of the interface answered."""
    headers = {**said.headers, "Via": "1.1 google"}
    if said.body is None:
        return web.Response(status=204, headers=headers)
    headers["Content-Type"] = "application/json"
    body = json.dumps(said.body).encode()
    return web.Response(status=said.status or 500, body=body, headers=headers)
