"""Files of messages in, delivered files out."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import quote

from aiohttp import web

from adapters.web import app_keys
from adapters.web.names import allowed
from runtime.errors import ToolError
from runtime.ids import ArtifactHash, session_id

LIMIT = 25 * 1024 * 1024  # bytes of one file
AT_ONCE = 4  # uploads that may be in memory
PATIENCE = 120.0  # seconds that one may take: else four slow ones would keep everybody out
_NAME = 120  # characters
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069"<>|:*?\\/]')
# What a browser may draw, by its first bytes; never anything that can hold a script.
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


def safe_name(name: str) -> str:
    """The last part of a path, without what could mislead people or a file system."""
    last = re.split(r"[/\\]", name)[-1]
    return _UNSAFE.sub("_", last).strip(" .")[:_NAME] or "file"


async def upload(request: web.Request) -> web.Response:
    """The body is the file; ?name= is what it is called."""
    if (request.content_length or 0) > LIMIT:
        raise _too_large()
    async with request.app[app_keys.UPLOADS]:
        data = await _in_time(request)
        artifact = await request.app[app_keys.CONTEXT].artifacts.put(data)
    file = {
        "artifact": artifact,
        "name": safe_name(request.query.get("name", "")),
        "size": len(data),
        "media_type": request.content_type[:100],
    }
    return web.json_response(file, status=201)


async def _in_time(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(PATIENCE):
            return await _body(request)
    except TimeoutError:
        text = f"The file did not arrive within {PATIENCE:.0f} s: send it again."
        raise web.HTTPRequestTimeout(text=text) from None


async def _body(request: web.Request) -> bytes:
    data = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        data += chunk
        if len(data) > LIMIT:
            raise _too_large()
    if not data:
        raise web.HTTPBadRequest(text="The file is empty: send its content as the body.")
    return bytes(data)


def _too_large() -> web.HTTPRequestEntityTooLarge:
    text = f"A file may have at most {LIMIT // 1024**2} MiB."
    return web.HTTPRequestEntityTooLarge(LIMIT, LIMIT + 1, text=text)


async def download(request: web.Request) -> web.Response:
    """Always an attachment, and in a sandbox of its own: nothing of it ever runs here."""
    address, name = await allowed(request), ArtifactHash(request.match_info["artifact"])
    try:
        data = await request.app[app_keys.CONTEXT].sessions.artifact(session_id(address), name)
    except ToolError:
        raise web.HTTPNotFound(text="There is no such file.") from None
    return web.Response(
        body=data,
        content_type=media_type(data),
        headers={
            "Content-Disposition": disposition(request.query.get("name", "")),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, max-age=31536000, immutable",
        },
    )


def disposition(name: str) -> str:
    """RFC 6266: the name as UTF-8, and in ASCII for whoever cannot read that."""
    safe = safe_name(name)
    plain = safe.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def media_type(data: bytes) -> str:
    """By its bytes, whatever it was called."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    found = (kind for start, kind in _PICTURES if data.startswith(start))
    return next(found, "application/octet-stream")
