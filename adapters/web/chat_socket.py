"""`/ws/chat`: {"message": …} in, {"response": …, "session_id": …} or {"error": …} out."""

from __future__ import annotations

import secrets
from contextlib import aclosing

from aiohttp import WSMessage, WSMsgType, web
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from adapters.inbound import Reply
from adapters.web import frames, keys
from adapters.web.door import Door
from adapters.web.wire import Line
from runtime.errors import AetherError
from runtime.events import (
    ApprovalRequired,
    MessageReceived,
    Outcome,
    QuestionAsked,
    ResponseComplete,
    RunFinished,
)
from runtime.ids import NO_SEQ, Address, session_id

_DECIDE = "This task waits for a decision: open the workbench and look at session {}."


class Said(BaseModel):
    """Without a session the socket has one of its own."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    message: str = Field(min_length=1, max_length=40_000)
    session_id: str = Field(default="", max_length=64, pattern=r"^[\w-]*$")


async def chat_socket(request: web.Request) -> web.StreamResponse:
    door, own = request.app[keys.DOOR], secrets.token_hex(8)
    async with Line.open(request) as line:
        async for message in line.socket:
            try:
                answer = await _answer(door, _read(message), own)
            except (frames.BadFrame, AetherError) as error:
                answer: dict[str, JsonValue] = {"error": str(error)}
            await line.send(answer)
    return line.socket


def _read(message: WSMessage) -> Said:
    if message.type is not WSMsgType.TEXT:
        raise frames.BadFrame("frames are JSON text, not binary")
    if len(message.data) > frames.LIMIT:
        raise frames.BadFrame(f"the frame is larger than {frames.LIMIT:,} bytes")
    try:
        return Said.model_validate_json(message.data)
    except (ValidationError, RecursionError):
        raise frames.BadFrame('send JSON such as {"message": "hello"}') from None


async def _answer(door: Door, said: Said, own: str) -> dict[str, JsonValue]:
    address = await door.address(said.session_id or own)
    session, message_id = session_id(address), secrets.token_hex(16)
    # The place of our words is found in the stream itself: nothing is missed in between.
    receipt = await door.receive(Reply(address, door.person, message_id, said.message))
    refusal = getattr(receipt, "text", "") or getattr(receipt, "body", "")
    if refusal:
        return {"response": refusal, "session_id": session}
    return await _outcome(door, address, message_id)


async def _outcome(door: Door, address: Address, message_id: str) -> dict[str, JsonValue]:
    """What became of our words: the answer, or what people must do first."""
    session, ours, text = session_id(address), False, ""
    async with aclosing(door.sessions.events(session, NO_SEQ)) as events:
        async for envelope in events:
            match envelope.event:
                case MessageReceived(message_id=heard):
                    ours = ours or heard == message_id
                case ResponseComplete(final=True, text=answer) if ours:
                    text = answer
                case RunFinished(outcome=outcome, reason=reason) if ours:
                    if outcome is Outcome.DONE:
                        return {"response": text, "session_id": session}
                    return {"error": reason or f"The task ended: {outcome}."}
                case ApprovalRequired() | QuestionAsked() if ours:
                    return {"error": _DECIDE.format(session)}
                case _:
                    pass
    return {"error": "The task's record ended."}
