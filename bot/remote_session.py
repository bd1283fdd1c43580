"""A session of the service that runs already, over its WebSocket: what a terminal needs of it."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, assert_never
from urllib.parse import quote

import aiohttp

from adapters.commands import BY_WORD
from bot.service import write_delivered
from bot.terminal.actions import Actions
from bot.terminal.lines import Line, line
from bot.terminal.parsing import Decide, Nonsense, Reply, Revoke, Say
from bot.terminal.session_client import SessionStatus
from runtime.errors import DatabaseBusy, JournalUnavailable, Misconfigured
from runtime.events import Envelope, FileRef
from runtime.facts import Fact
from runtime.ids import NO_SEQ, Actor, Address, GrantId, Seq, SessionId
from runtime.ports import Appended, Clock, Guard, Known, Refused
from runtime.view import ThreadView

_ADDRESS = re.compile(r"https?://[\w.:\[\]-]+")
_WAITS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)  # seconds between tries to reach a service that went away
_LARGEST = 64 * 1024 * 1024  # bytes of one event


def address_in(busy: DatabaseBusy) -> str | None:
    """Where the process that holds the database serves people; its lock says so."""
    found = _ADDRESS.search(str(busy))
    return found[0] if found else None


@asynccontextmanager
async def attached(
    url: str, token: str, name: str, data_dir: Path
) -> AsyncGenerator[RemoteSession]:
    """`name` is a session's id or the beginning of one; empty for a new session. Raises
    Misconfigured where there is no such session, or where the service wants another token."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession(url, headers=headers) as http:
        router = RemoteSession(http, name or secrets.token_hex(8), data_dir)
        yield replace(router, name=await router.full_name()) if name else router


@dataclass(frozen=True, slots=True)
class RemoteSession:
    """One session of a running service; satisfies bot.terminal.session_client.Desk but for `tell`,
    whose guards cannot travel: `RemoteActions` says the same in frames."""

    http: aiohttp.ClientSession
    name: str
    data_dir: Path

    async def tell(
        self, address: Address, facts: Sequence[Fact] | Guard
    ) -> Appended | Known | Refused:
        return Refused("This terminal only sends frames to the service.")

    async def events(self, session: SessionId) -> AsyncGenerator[Envelope, None]:
        """As of the service; where it goes away, on from the same place when it is back. Raises
        JournalUnavailable if it stays away."""
        after, tries = NO_SEQ, 0
        while True:
            try:
                async with aclosing(self._stream(after)) as envelopes:
                    async for envelope in envelopes:
                        after, tries = Seq(max(after, envelope.seq)), 0
                        yield envelope
            except aiohttp.ClientError:
                pass
            if tries == len(_WAITS):
                raise JournalUnavailable("the service went away; start again to go on")
            await asyncio.sleep(_WAITS[tries])
            tries += 1

    async def _stream(self, after: Seq) -> AsyncGenerator[Envelope, None]:
        path = f"/ws/agent/{self.name}?after={after}"
        async with self.http.ws_connect(path, max_msg_size=_LARGEST) as socket:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    frame: dict[str, Any] = json.loads(message.data)
                    if "event" in frame:
                        yield Envelope.model_validate(frame["event"])

    async def standing(self, session: SessionId) -> SessionStatus:
        told = await self.get(f"/sessions/{self.name}")
        return SessionStatus(idle=told["idle"], paused=told["paused"], shown=Seq(told["shown"]))

    async def full_name(self) -> str:
        """The id that begins so, if there is exactly one."""
        told = await self.get(f"/sessions?limit=200&q={quote(self.name)}")
        names = [str(found["session_id"]) for found in told["sessions"]]
        names = [name for name in names if name.startswith(self.name)]
        if len(names) != 1:
            found = "no session begins" if not names else f"{len(names)} sessions begin"
            raise Misconfigured(f"{found} with {self.name!r}: `python -m bot sessions` lists them")
        return names[0]

    async def address(self) -> Address:
        return Address.model_validate((await self.get(f"/sessions/{self.name}"))["address"])

    async def save(self, session: SessionId, file: FileRef) -> Path:
        """Into data_dir/delivered, as the service does. Raises JournalUnavailable if it is gone."""
        data = await self._read(f"/sessions/{session}/files/{file.artifact}")
        return await write_delivered(self.data_dir, session, file, data)

    async def get(self, path: str) -> dict[str, Any]:
        """Raises Misconfigured for a wrong token, JournalUnavailable for any other refusal."""
        found: dict[str, Any] = json.loads(await self._read(path))
        return found

    async def _read(self, path: str) -> bytes:
        async with self.http.get(path) as answer:
            if answer.status == 401:
                raise Misconfigured(
                    "the service that runs wants another token: use its data folder"
                    " (AETHER_DATA_DIR), or its web.token (AETHER_WEB__TOKEN)"
                )
            if answer.status != 200:
                raise JournalUnavailable(f"the service answers {answer.status} to {path}")
            return await answer.read()

    async def send(self, **frame: Any) -> str | None:
        """Send a frame; the sentence that says why not, if it was refused."""
        name = uuid.uuid4().hex
        async with self.http.ws_connect(f"/ws/agent/{self.name}?events=0") as socket:
            await socket.send_str(json.dumps(frame | {"id": name}))
            async for message in socket:
                answer = json.loads(message.data)
                if answer.get("ack", {}).get("id") == name:
                    return None
                if "error" in answer:
                    return str(answer["error"]["text"])
        return "The service went away before it answered; look whether it counted."


class RemoteActions(Actions):
    """Actions that are sent as frames over the socket."""

    def __init__(self, router: RemoteSession, address: Address, actor: Actor, clock: Clock) -> None:
        super().__init__(router, address, actor, clock)
        self._service = router

    async def say(self, text: str) -> Seq:
        standing = await self._service.standing(SessionId(self._service.name))
        if (refusal := await self._service.send(type="message", text=text)) is not None:
            raise JournalUnavailable(refusal)
        return Seq(standing.shown + 1)

    async def perform(
        self, meaning: Say | Decide | Reply | Revoke | Nonsense, view: ThreadView
    ) -> tuple[Line, ...]:
        match meaning:
            case Say(text=text):
                return await self._send(type="message", text=text)
            case Decide(gate=gate, approve=True, duration=duration):
                approval = gate.approval_id
                return await self._send(
                    type="approve", approval_id=approval, duration=duration.value
                )
            case Decide(gate=gate):
                return await self._send(type="deny", approval_id=gate.approval_id)
            case Reply(question=question, text=text):
                return await self._send(type="answer", question_id=question.question_id, text=text)
            case Revoke() | Nonsense():
                return await super().perform(meaning, view)
            case _:
                assert_never(meaning)

    async def take_back(self, grant: GrantId) -> tuple[Line, ...]:
        return await self._send(type="revoke", grant_id=grant)

    async def stop(self) -> tuple[Line, ...]:
        return await self._send(type="stop") or (line((BY_WORD["stop"].done, "warn")),)

    async def pause(self) -> tuple[Line, ...]:
        return await self._send(type="pause")

    async def resume(self) -> tuple[Line, ...]:
        return await self._send(type="resume")

    async def _send(self, **frame: Any) -> tuple[Line, ...]:
        refusal = await self._service.send(**frame)
        return () if refusal is None else (line((refusal, "warn")),)
