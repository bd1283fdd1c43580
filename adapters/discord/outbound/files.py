"""Files that people sent. Their addresses are signed and expire: they are read when they arrive."""

from __future__ import annotations

import aiohttp
import yarl
from discord.http import Route

from adapters.ports.errors import Deleted, Rejected, Unanswered
from adapters.ports.inbound import Attachment

LARGEST = 10 * 1024 * 1024
"""Bytes that are read of one file."""

_HOSTS = ("cdn.discordapp.com", "media.discordapp.net")
_GONE = (403, 404)  # an address that has expired, a file that was deleted
_PATIENCE = aiohttp.ClientTimeout(total=60)


async def download(file: Attachment) -> bytes:
    """Raises Deleted, Rejected or Unanswered. No token goes with it."""
    url = _checked(file)
    if file.size > LARGEST:
        raise _too_large(file)
    try:
        return await _read(file, url)
    except (aiohttp.ClientError, TimeoutError) as error:
        why = f"file {file.name!r}: no answer ({type(error).__name__})"
        raise Unanswered(why) from None


async def _read(file: Attachment, url: yarl.URL) -> bytes:
    async with (
        aiohttp.ClientSession(timeout=_PATIENCE) as web,
        web.get(url, allow_redirects=False) as answer,
    ):
        if answer.status in _GONE:
            raise Deleted(f"file {file.name!r} is not there any more, or its address has expired")
        if answer.status != 200:
            why = f"Discord answered {answer.status}"
            raise Rejected(f"file {file.name!r}: {why}", why)
        data = bytearray()
        async for piece in answer.content.iter_chunked(64 * 1024):
            data += piece
            if len(data) > LARGEST:
                raise _too_large(file)
        return bytes(data)


def _checked(file: Attachment) -> yarl.URL:
    """A handle is an address that Discord gave; nothing else is asked."""
    try:
        url, api = yarl.URL(file.handle), yarl.URL(Route.BASE)
    except ValueError:
        raise Rejected(f"file {file.name!r} has no address") from None
    is_ours = (url.scheme, url.host, url.port) == (api.scheme, api.host, api.port)
    if is_ours or (url.scheme == "https" and url.host in _HOSTS):
        return url
    why = "it does not lie on a server of Discord's"
    raise Rejected(f"file {file.name!r}: {why}", why)


def _too_large(file: Attachment) -> Rejected:
    why = f"it is larger than {LARGEST // 1024**2} MiB"
    return Rejected(f"file {file.name!r}: {why}", why)
