"""`/ws/agent/{session_id}`: events and fragments out; messages and decisions in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from aiohttp import WSMessage, WSMsgType, web
from pydantic import JsonValue

from adapters.inbound import Accepted, Refused, Sheet
from adapters.web import frames, keys
from adapters.web.door import Door
from adapters.web.metrics import Metrics
from adapters.web.orders import inbound
from adapters.web.rates import Bucket, Rates
from adapters.web.stages import Stage
from adapters.web.wire import Line
from runtime.errors import AetherError
from runtime.ids import NO_SEQ, Address, Seq, SessionId, session_id

NAME = re.compile(r"[\w-]{1,64}", re.ASCII)
FRAMES_PER_SECOND, FRAMES_AT_ONCE = 10.0, 60.0


@dataclass(frozen=True, slots=True)
class _Client:
    door: Door
    line: Line
    address: Address
    metrics: Metrics
    bucket: Bucket

    @property
    def session(self) -> SessionId:
        return session_id(self.address)


async def agent_socket(request: web.Request) -> web.StreamResponse:
    name = request.match_info["session_id"]
    if not NAME.fullmatch(name):
        raise web.HTTPNotFound(text="A session's name has letters, digits, - and _, at most 64.")
    after = _after(request)
    door = request.app[keys.DOOR]
    async with Line.open(request) as line:
        client = _Client(
            door=door,
            line=line,
            address=await door.address(name),
            metrics=request.app[keys.METRICS],
            bucket=Rates(FRAMES_PER_SECOND, FRAMES_AT_ONCE).bucket(),
        )
        await line.send({"hello": {"session_id": client.session}})
        senders: list[Callable[[], Awaitable[None]]] = []
        if request.query.get("events") != "0":
            senders.append(lambda: _events(client, after))
        if request.query.get("view") == "1":
            stages = request.app[keys.STAGES]
            senders.append(lambda: _watch(client, stages.watch(client.session)))
        await _serve(client, senders)
    return line.socket


def _after(request: web.Request) -> Seq:
    given = request.query.get("after", "0")
    if not (given.isascii() and given.isdecimal() and len(given) < 16):
        raise web.HTTPBadRequest(text="after: must be the seq of an event, such as 12.")
    return Seq(int(given)) if int(given) else NO_SEQ


async def _serve(client: _Client, senders: list[Callable[[], Awaitable[None]]]) -> None:
    """Until the client leaves, or one of the senders cannot go on."""
    works = [asyncio.ensure_future(work()) for work in (lambda: _listen(client), *senders)]
    try:
        await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for work in works:
            work.cancel()
        results = await asyncio.gather(*works, return_exceptions=True)
    for result in results:
        if isinstance(result, AetherError):
            await client.line.send({"error": {"text": str(result)}})
        elif isinstance(result, Exception) and not isinstance(result, ConnectionError):
            raise result


async def _events(client: _Client, after: Seq) -> None:
    enabled = client.door.enabled
    async with aclosing(client.door.sessions.events(client.session, after)) as events:
        async for envelope in events:
            if enabled is None or envelope.event.type in enabled:
                await client.line.send_text(f'{{"event":{envelope.model_dump_json()}}}')


@asynccontextmanager
async def _watching(stages: AsyncGenerator[Stage, None]) -> AsyncGenerator[Stage]:
    async with aclosing(stages):
        yield await anext(stages)


async def _watch(client: _Client, stages: AsyncGenerator[Stage, None]) -> None:
    """What this client has not seen yet, newest first-hand: whoever reads slowly skips frames."""
    async with _watching(stages) as stage:
        sent: dict[str, int] = {}
        first = True
        while True:
            fresh = stage.fresh
            await _catch_up(client.line, stage, sent)
            if first:
                await client.line.send({"snapshot": {"keys": list[JsonValue](sent)}})
                first = False
            await fresh.wait()
            stage.check()


async def _catch_up(line: Line, stage: Stage, sent: dict[str, int]) -> None:
    for key in [key for key in sent if key not in stage.fragments]:
        del sent[key]
        await line.send({"fragment": {"key": key, "html": "", "rev": stage.rev}})
    for key in list(stage.fragments):
        fragment = stage.fragments.get(key)  # sending takes time, and the stage goes on
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
        if message.type is not WSMsgType.TEXT:
            raise frames.BadFrame("frames are JSON text, not binary")
        if not client.bucket.take(asyncio.get_running_loop().time()):
            raise frames.BadFrame("too many frames at once: wait a moment")
        frame = frames.read(message.data)
        kind, name = frame.type, frame.id
        receipt = await client.door.receive(inbound(frame, client.address, client.door.person))
    except (frames.BadFrame, AetherError) as error:
        return _error(client, kind, name, str(error))
    match receipt:
        case Accepted():
            client.metrics.frames.labels(kind, "accepted").inc()
            return {"ack": {"type": kind, "id": name}}
        case Refused(text=text):
            return _error(client, kind, name, text)
        case Sheet(title=title, body=body):
            client.metrics.frames.labels(kind, "accepted").inc()
            return {"ack": {"type": kind, "id": name, "title": title, "body": body}}


def _error(client: _Client, kind: str, name: str, text: str) -> dict[str, JsonValue]:
    client.metrics.frames.labels(kind, "refused").inc()
    return {"error": {"type": kind, "id": name, "text": text}}
