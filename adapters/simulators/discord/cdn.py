"""Addresses of files: signed, and good for a day."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from urllib.parse import quote

from adapters.simulators.discord.message import Attachment
from adapters.simulators.discord.state import State

LIFE = timedelta(hours=24)


def address(world: State, file: Attachment) -> str:
    """Where this file can be read until `ex` (hexadecimal Unix time)."""
    path = f"/attachments/{file.channel}/{file.id}/{quote(file.name)}"
    now = world.now()
    ends, begins = int((now + LIFE).timestamp()), int(now.timestamp())
    signature = sign(world, path, f"{ends:x}", f"{begins:x}")
    return f"{world.origin}{path}?ex={ends:x}&is={begins:x}&hm={signature}&"


def sign(world: State, path: str, ends: str, begins: str) -> str:
    text = f"{path}|{ends}|{begins}".encode()
    return hmac.new(world.secret, text, hashlib.sha256).hexdigest()


def admits(world: State, path: str, ends: str, begins: str, signature: str) -> bool:
    """Whether this address was given out here and is not over."""
    if not hmac.compare_digest(sign(world, path, ends, begins), signature):
        return False
    return int(ends, 16) > world.now().timestamp()
