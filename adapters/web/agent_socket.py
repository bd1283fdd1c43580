"""`/ws/agent/{session_id}`: events and fragments out; messages and decisions in."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Coroutine, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from aiohttp import WSMessage, web
from pydantic import JsonValue

from adapters.ports.inbound import Accepted, InfoReply, Refused
from adapters.web import app_keys, frames
from adapters.web.context import WebContext
from adapters.web.json_socket import JsonSocket, until_one_ends
from adapters.web.live_view import LiveView
from adapters.web.metrics import Metrics
from adapters.web.names import allowed
from adapters.web.to_inbound import inbound
from runtime.errors import AetherError
from runtime.ids import NO_SEQ, Address, Seq, SessionId, session_id


@dataclass(frozen=True, slots=True)
class _Client:
    context: WebContext
    line: JsonSocket
    address: Address
    metrics: Metrics

    @property
    def session(self) -> SessionId:
        return session_id(self.address)


async def agent_socket(request: web.Request) -> web.StreamResponse:
    after = _after(request)
    try:
        address = await allowed(request)
    except AetherError as error:
        async with JsonSocket.open(request) as line:
            await line.send({"error": {"text": str(error)}})
        return line.socket
    context, metrics = request.app[app_keys.CONTEXT], request.app[app_keys.METRICS]
    async with JsonSocket.open(request) as line:
        try:
            client = _Client(context, line, address, metrics)
            await line.send({"hello": {"session_id": client.session}})
            await until_one_ends(*_works(request, client, after))
        except AetherError as error:
            await line.send({"error": {"text": str(error)}})
    return line.socket


def _works(
    request: web.Request, client: _Client, after: Seq
) -> Iterator[Coroutine[None, None, None]]:
    yield _listen(client)
    if request.query.get("events") != "0":
        yield _events(client, after)
    if request.query.get("view") == "1":
        yield _watch(client, request.app[app_keys.LIVE_VIEWS].watch(client.session))


def _after(request: web.Request) -> Seq:
    given = request.query.get("after", "0")
    if not (given.isascii() and given.isdecimal() and len(given) < 16):
        raise web.HTTPBadRequest(text="after: must be the seq of an event, such as 12.")
    return Seq(int(given)) if int(given) else NO_SEQ


async def _events(client: _Client, after: Seq) -> None:
    enabled = client.context.enabled
    async with aclosing(client.context.sessions.events(client.session, after)) as events:
        async for envelope in events:
            if enabled is None or envelope.event.type in enabled:
                await client.line.send_text(f'{{"event":{envelope.model_dump_json()}}}')


@asynccontextmanager
async def _watching(live_views: AsyncGenerator[LiveView, None]) -> AsyncGenerator[LiveView]:
    async with aclosing(live_views):
        yield await anext(live_views)


async def _watch(client: _Client, live_views: AsyncGenerator[LiveView, None]) -> None:
    """What this client has not seen yet, newest first-hand: whoever reads slowly skips frames."""
    async with _watching(live_views) as live_view:
        sent: dict[str, int] = {}
        first = True
        while True:
            fresh = live_view.fresh
            await _catch_up(client.line, live_view, sent)
            if first:
                await client.line.send({"snapshot": {"keys": list[JsonValue](sent)}})
                first = False
            await fresh.wait()
            live_view.check()


async def _catch_up(line: JsonSocket, live_view: LiveView, sent: dict[str, int]) -> None:
    for key in [key for key in sent if key not in live_view.fragments]:
        del sent[key]
        await line.send({"fragment": {"key": key, "html": "", "rev": live_view.rev}})
    for key in list(live_view.fragments):
        fragment = live_view.fragments.get(key)  # sending takes time, and the stage goes on
        if fragment is not None and sent.get(key) != fragment.rev:
            sent[key] = fragment.rev
            await line.send({"fragment": fragment.frame()})


async def _listen(client: _Client) -> None:
    async for message in client.line.socket:
        await client.line.send(await _answer(client, message))


async def _answer(client: _Client, message: WSMessage) -> dict[str, JsonValue]:
    """An ack or an error; the socket stays either way."""
    kind, name = "unknown", ""
    try:
        frame = frames.read(client.line.heard(message))
        kind, name = frame.type, frame.id
        receipt = await client.context.receive(
            inbound(frame, client.address, client.context.person)
        )
    except (frames.BadFrame, AetherError) as error:
        return _error(client, kind, name or frames.id_of(message.data), str(error))
    match receipt:
        case Accepted():
            client.metrics.frames.labels(kind, "accepted").inc()
            return {"ack": {"type": kind, "id": name}}
        case Refused(text=text):
            return _error(client, kind, name, text)
        case InfoReply(title=title, body=body, exact=exact):
            client.metrics.frames.labels(kind, "accepted").inc()
            read = {"title": title, "body": body} | ({"exact": exact} if exact else {})
            return {"ack": {"type": kind, "id": name, **read}}


def _error(client: _Client, kind: str, name: str, text: str) -> dict[str, JsonValue]:
    client.metrics.frames.labels(kind, "refused").inc()
    return {"error": {"type": kind, "id": name, "text": text}}
