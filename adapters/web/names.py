"""What a session is called in the address of a request."""

from __future__ import annotations

import re

from aiohttp import web

NAME = re.compile(r"[\w-]{1,64}", re.ASCII)


def name_of(request: web.Request) -> str:
    """Raises HTTPNotFound for what no session can be called."""
    name = request.match_info["session_id"]
    if not NAME.fullmatch(name):
        raise web.HTTPNotFound(text="A session's name has letters, digits, - and _, at most 64.")
    return name
