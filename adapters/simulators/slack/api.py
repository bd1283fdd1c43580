"""The Web API over HTTP: who calls, whether he may, how often, and what goes wrong on purpose."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from adapters.simulators.slack.arguments import Arguments, received
from adapters.simulators.slack.call import Call
from adapters.simulators.slack.calls import Answered
from adapters.simulators.slack.faults import (
    Broken,
    CutAfter,
    CutBefore,
    Limited,
    Refused,
    Slow,
    Unshowable,
)
from adapters.simulators.slack.grants import Grant
from adapters.simulators.slack.methods.catalog import HANDLERS
from adapters.simulators.slack.methods.tokens import oauth_access
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.sockets import Sockets
from adapters.simulators.slack.state import State
from adapters.simulators.slack.table import METHODS, Method
from adapters.simulators.slack.wire import Json


@dataclass(frozen=True, slots=True)
class Outcome:
    """`status` 0 cuts the connection."""

    status: int
    body: Json
    headers: dict[str, str]
    took: bool = True


class Api:
    def __init__(self, service: State, sockets: Sockets) -> None:
        self._house, self._sockets = service, sockets

    async def answer(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        token, given = "", dict[str, object]()
        try:
            arguments = await received(request)
            token = _token(request, arguments)
            given = {key: value for key, value in arguments.items() if key != "token"}
            outcome = await self._outcome(name, token, Arguments(given))
        except Refusal as refusal:
            outcome = Outcome(200, refusal.body(), {})
        self._record(name, token, given, outcome)
        return _response(request, outcome)

    def _record(self, name: str, token: str, given: Json, outcome: Outcome) -> None:
        grant = self._house.grants.find(token)
        team = grant.team if grant else ""
        self._house.calls.all.append(
            Answered(
                name, given, team, self._house.clock.now(), outcome.status, outcome.body,
                outcome.took,
            )
        )  # fmt: skip
        self._house.changes.note()

    async def _outcome(self, name: str, token: str, args: Arguments) -> Outcome:
        fault = self._house.faults.for_call(name, args.given)
        match fault:
            case Limited(retry_after=seconds):
                return _limited(seconds)
            case Broken(status=status):
                return Outcome(status, {}, {}, took=False)
            case Refused(error=error) | Unshowable(error=error):
                return Outcome(200, {"ok": False, "error": error}, {}, took=False)
            case CutBefore():
                return Outcome(0, {}, {}, took=False)
            case Slow(seconds=seconds):
                self._house.changes.note()
                await self._house.clock.sleep(seconds)
            case _:
                pass
        outcome = self._carried_out(name, token, args)
        return Outcome(0, outcome.body, {}) if isinstance(fault, CutAfter) else outcome

    def _carried_out(self, name: str, token: str, args: Arguments) -> Outcome:
        method = METHODS.get(name)
        if method is None:
            raise Refusal("unknown_method", req_method=name)
        if name == "api.test":
            return Outcome(200, {"ok": True, "args": args.given}, {})
        if name == "apps.connections.open":
            refused = self._refused_for_now("", name, method, args)
            return refused or Outcome(200, self._connection(token), {})
        _require(method, args)
        if name == "oauth.v2.access":
            return Outcome(200, {"ok": True} | oauth_access(self._house, args), {})
        grant = self._grant(token)
        headers = {"x-oauth-scopes": ",".join(sorted(grant.scopes))}
        if (refused := self._refused_for_now(grant.team, name, method, args)) is not None:
            return refused
        try:
            body = {"ok": True} | self._handled(name, method, grant, args)
        except Refusal as refusal:
            body = refusal.body()
        return Outcome(200, body, headers)

    def _refused_for_now(
        self, team: str, name: str, method: Method, args: Arguments
    ) -> Outcome | None:
        """A 429 for one call too many; `team` is "" where the app itself calls."""
        now = self._house.clock.monotonic()
        wait = self._house.gate.wait(team, name, method.tier, args.text("channel"), now)
        return None if wait is None else _limited(int(wait))

    def _handled(self, name: str, method: Method, grant: Grant, args: Arguments) -> Json:
        service = self._house
        team = service.teams[grant.team]
        call = Call(service, team, grant, args, service.clock.now(), method.of_channel)
        if method.scope:
            call.demand(method.scope)
        return HANDLERS[name](call)

    def _grant(self, token: str) -> Grant:
        if not token:
            raise Refusal("not_authed")
        grant = self._house.grants.find(token)
        if grant is None:
            kind = token.startswith("xapp-")
            raise Refusal("not_allowed_token_type" if kind else "invalid_auth")
        if (trouble := grant.trouble(self._house.clock.now())) is not None:
            raise Refusal(trouble)
        return grant

    def _connection(self, token: str) -> Json:
        if token != self._house.registration.app_token:
            known = token.startswith(("xoxb-", "xoxe.xoxb-"))
            raise Refusal("not_allowed_token_type" if known else "invalid_auth")
        if self._house.registration.request_url is not None:
            raise Refusal("socket_mode_not_enabled")
        return {"ok": True, "url": self._sockets.address()}


def _token(request: web.Request, given: Json) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return str(given.get("token", ""))


def _require(method: Method, args: Arguments) -> None:
    missing = [name for name in method.required if not args.has(name)]
    if missing:
        raise Refusal(
            "invalid_arguments", *(f"[ERROR] missing required field: {name}" for name in missing)
        )


def _limited(seconds: int) -> Outcome:
    body: Json = {"ok": False, "error": "ratelimited"}
    return Outcome(429, body, {"Retry-After": str(max(1, seconds))}, took=False)


def _response(request: web.Request, outcome: Outcome) -> web.StreamResponse:
    if outcome.status == 0:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if outcome.status >= 500:
        return web.Response(status=outcome.status, text="Server Error")
    return web.json_response(outcome.body, status=outcome.status, headers=outcome.headers)
