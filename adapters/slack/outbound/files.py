"""Files of a thread: ours go up in three calls, people's come down by a private address."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

import aiohttp
from pydantic import BeforeValidator, Field, ValidationError

from adapters.ports.cards import CardKey
from adapters.ports.errors import Deleted, RateLimited, Rejected, Unanswered
from adapters.ports.inbound import Attachment
from adapters.ports.surface import Place, Ref, Upload
from adapters.slack.inbound.payloads import Shape, Text
from adapters.slack.inbound.unreadable import barred
from adapters.slack.outbound.api import Api
from adapters.slack.outbound.errors import Refusal
from adapters.slack.outbound.thread import mark
from adapters.slack.render.block_kit import context
from adapters.slack.render.text import line
from adapters.slack.settings import is_within, site_of
from runtime.ports import Clock

LARGEST = 25 * 2**20
"""Bytes of a file that is fetched; the workbench takes no larger one either."""
_NAME = 150
_PATIENCE = 60.0  # seconds
_LOOKS = (0.0, 0.2, 0.4, 0.8)  # seconds before each look for the message of a file
_ID = re.compile(r"F[A-Z0-9]{2,30}", re.ASCII)


class _Ticket(Shape):
    upload_url: str
    file_id: str


class _Share(Shape):
    ts: Text = ""


class _File(Shape):
    """`shares` are messages by channel, once for public channels and once for the others."""

    url_private_download: Text = ""
    mode: Text = ""
    is_external: bool | None = False  # Slack writes null, too
    external_type: Text = ""
    file_access: Text = ""
    shares: Annotated[
        dict[str, dict[str, tuple[_Share, ...]]], BeforeValidator(lambda value: value or {})
    ] = Field(default_factory=dict[str, dict[str, tuple[_Share, ...]]])


class _Told(Shape):
    file: _File


@dataclass(frozen=True, slots=True)
class Files:
    api: Api
    clock: Clock

    async def share(self, place: Place, key: CardKey, file: Upload) -> Ref:
        """A message that is the file. Raises SurfaceFault; Unanswered also if Slack has the file
        but does not say yet which message it is."""
        if not file.data:
            raise Rejected(f"Slack takes no empty files: {name_of(file.name)!r}")
        name = name_of(file.name)
        ticket = await self._ticket(name, len(file.data))
        await self._send(ticket.upload_url, file.data)
        # The one place for a key: a share has no metadata of its own.
        label = context(name) | {"block_id": mark(key)}
        await self.api.call(
            "files.completeUploadExternal",
            files=[{"id": ticket.file_id, "title": name}],
            channel_id=place.channel,
            thread_ts=place.thread,
            blocks=[label],
        )
        return Ref(place=place, message=await self._message(ticket.file_id, place.channel))

    async def fetch(self, file: Attachment) -> bytes:
        """Raises Deleted if it was deleted, Rejected if it is too large or not for us."""
        if file.size > LARGEST:
            raise _too_large(file)
        address = file.handle
        if _ID.fullmatch(file.handle):
            address = await self._address(file)
        if not self._is_slack(address):
            why = "it is not kept by Slack, so it is not fetched"
            raise Rejected(
                f"{name_of(file.name)!r} is not kept by Slack, so it is not fetched", why
            )
        return await self._download(address, file)

    async def _address(self, file: Attachment) -> str:
        told = await self._told(file.handle)
        if why := barred(told.model_dump()):
            raise Rejected(f"{name_of(file.name)!r} cannot be fetched: {why}", why)
        return told.url_private_download

    async def _ticket(self, name: str, length: int) -> _Ticket:
        answer = await self.api.call("files.getUploadURLExternal", filename=name, length=length)
        try:
            return _Ticket.model_validate(answer)
        except ValidationError:
            raise Unanswered("Slack named no address for the upload") from None

    async def _send(self, address: str, data: bytes) -> None:
        """Nothing is shared before the upload is complete: whatever fails here can be repeated."""
        web = self.api.web
        async with self._http() as http:
            try:
                async with http.post(
                    address, data=data, proxy=web.proxy, ssl=web.ssl or True
                ) as answer:
                    status = answer.status
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                raise Unanswered(f"the upload broke off: {type(error).__name__}") from None
        if status != 200:
            raise Unanswered(f"the upload was answered with HTTP status {status}")

    async def _message(self, file: str, channel: str) -> str:
        """The share appears a little after the upload is complete."""
        for wait in _LOOKS:
            if wait:
                await self.clock.sleep(wait)
            try:
                shares = (await self._told(file)).shares
            except (RateLimited, Refusal) as fault:
                # It stands in the thread by now: whoever took this for a no would share it again.
                raise Unanswered(f"Slack has the file, but does not say where: {fault}") from None
            for where in shares.values():
                if stamps := [share.ts for share in where.get(channel, ()) if share.ts]:
                    return stamps[-1]
        raise Unanswered("Slack has the file, but shows it in no message yet")

    async def _told(self, file: str) -> _File:
        try:
            return _Told.model_validate(await self.api.call("files.info", file=file)).file
        except ValidationError:
            raise Unanswered("Slack's answer to files.info names no file") from None
        except Refusal as refusal:
            if refusal.code in ("file_deleted", "file_not_found"):
                raise Deleted("the file was deleted") from None
            raise

    async def _download(self, address: str, file: Attachment) -> bytes:
        web = self.api.web
        headers = {"Authorization": f"Bearer {web.token}"}
        async with self._http() as http:
            try:
                # Slack sends whom it does not know to its login page.
                async with http.get(
                    address,
                    headers=headers,
                    allow_redirects=False,
                    proxy=web.proxy,
                    ssl=web.ssl or True,
                ) as answer:
                    _accept(answer, file)
                    return await _bounded(answer, file)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                raise Unanswered(f"the download broke off: {type(error).__name__}") from None

    @asynccontextmanager
    async def _http(self) -> AsyncGenerator[aiohttp.ClientSession]:
        timeout = aiohttp.ClientTimeout(total=_PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            yield http

    def _is_slack(self, address: str) -> bool:
        """The token goes nowhere else."""
        try:
            asked, ours = urlsplit(address), urlsplit(self.api.web.base_url)
        except ValueError:
            return False
        site = site_of(self.api.web.base_url)
        if asked.scheme == "https" and is_within(asked.hostname or "", site):
            return True
        return (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc)


def name_of(name: str) -> str:
    """A file name without folders, and without characters that hide what it is."""
    return line(re.split(r"[/\\]", name)[-1], _NAME)


def _accept(answer: aiohttp.ClientResponse, file: Attachment) -> None:
    if answer.status in (404, 410):
        raise Deleted(f"the file {name_of(file.name)!r} was deleted")
    if answer.status >= 500 or answer.status == 429:
        raise Unanswered(f"the download was answered with HTTP status {answer.status}")
    disposition = answer.headers.get("Content-Disposition", "")
    is_page = answer.content_type == "text/html" and not disposition.startswith("attachment")
    if answer.status != 200 or is_page:
        why = "Slack does not let the bot read it: give it the scope files:read"
        raise Rejected(
            f"Slack does not let the bot read {name_of(file.name)!r}: give it the scope files:read",
            why,
        )


async def _bounded(answer: aiohttp.ClientResponse, file: Attachment) -> bytes:
    data = bytearray()
    async for piece in answer.content.iter_chunked(2**16):
        data += piece
        if len(data) > LARGEST:
            raise _too_large(file)
    return bytes(data)


def _too_large(file: Attachment) -> Rejected:
    why = f"it has more than {LARGEST // 2**20} MiB"
    return Rejected(f"{name_of(file.name)!r}: {why}", why)
