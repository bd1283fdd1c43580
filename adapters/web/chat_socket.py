"""`/ws/chat`: {"message": …} in, {"response": …, "session_id": …} or {"error": …} out; both
where a task ends before its answer does."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import aclosing

from aiohttp import WSCloseCode, WSMessage, web
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from adapters.ports.inbound import Accepted, InfoReply, Refused, Reply
from adapters.web import app_keys, frames
from adapters.web.answer_waiter import AnswerWaiter
from adapters.web.context import WebContext
from adapters.web.json_socket import JsonSocket, until_one_ends
from runtime.errors import AetherError
from runtime.ids import NO_SEQ, Address, SessionId, session_id
from runtime.ports import No

WAITING = 16  # messages that a client may send before it has its answers
_DECIDE = "This task waits for a decision: open the workbench and look at session {}."


class Said(BaseModel):
    """Without a session the socket has one of its own."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    message: str = Field(min_length=1, max_length=40_000)
    session_id: str = Field(default="", max_length=64, pattern=r"^[\w-]*$")


async def chat_socket(request: web.Request) -> web.StreamResponse:
    context, waiting = request.app[app_keys.CONTEXT], asyncio.Queue[WSMessage](WAITING)
    async with JsonSocket.open(request) as line:
        await until_one_ends(_listen(line, waiting), _talk(context, line, waiting))
    return line.socket


async def _listen(line: JsonSocket, waiting: asyncio.Queue[WSMessage]) -> None:
    """Beside the answers, so that one who leaves is not waited for: a task may take days."""
    async for message in line.socket:
        try:
            waiting.put_nowait(message)
        except asyncio.QueueFull:
            reason = b"Wait for the answers."
            await line.socket.close(code=WSCloseCode.POLICY_VIOLATION, message=reason)


async def _talk(context: WebContext, line: JsonSocket, waiting: asyncio.Queue[WSMessage]) -> None:
    """An answer to each message, in their order."""
    own = secrets.token_hex(8)
    while True:
        message = await waiting.get()
        try:
            answer = await _answer(context, _read(line.heard(message)), own)
        except (frames.BadFrame, AetherError) as error:
            answer: dict[str, JsonValue] = {"error": str(error)}
        await line.send(answer)


def _read(text: str) -> Said:
    if len(text) > frames.LIMIT:
        raise frames.BadFrame(f"the frame is larger than {frames.LIMIT:,} bytes")
    try:
        return Said.model_validate_json(text)
    except (ValidationError, RecursionError):
        raise frames.BadFrame('send JSON such as {"message": "hello"}') from None


async def _answer(context: WebContext, said: Said, own: str) -> dict[str, JsonValue]:
    address = await context.address(said.session_id or own)
    if isinstance(verdict := await context.sessions.may(context.person, "read", address), No):
        return {"error": verdict.reason}
    session, message_id = session_id(address), secrets.token_hex(16)
    # The place of our words is found in the stream itself: nothing is missed in between.
    receipt = await context.receive(Reply(address, context.person, message_id, said.message))
    match receipt:
        case Refused(text=text):
            return {"error": text}
        case InfoReply(body=body):
            return {"response": body, "session_id": session}
        case Accepted(done=done) if done:
            return {"response": done, "session_id": session}
        case Accepted():
            return await _outcome(context, address, message_id)


def _broken_off(course: AnswerWaiter, session: SessionId) -> dict[str, JsonValue]:
    """The error says why; what people read until then stays, marked."""
    if not course.text:
        return {"error": course.fault}
    marked = f"{course.text}\n\n⏹️ {course.fault}"
    return {"error": course.fault, "response": marked, "session_id": session}


async def _outcome(context: WebContext, address: Address, message_id: str) -> dict[str, JsonValue]:
    """What became of our words: the answer, or what people must do first."""
    session, course = session_id(address), AnswerWaiter(message_id)
    async with aclosing(context.sessions.events(session, NO_SEQ)) as events:
        async for envelope in events:
            said = course.note(envelope.event)
            if said is not None:
                return {"response": said, "session_id": session}
            if course.fault:
                return _broken_off(course, session)
            if course.heard and course.open:
                return {"error": _DECIDE.format(session)}
    return {"error": "The task's record ended."}
