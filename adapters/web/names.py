"""What a session is called in the address of a request."""

from __future__ import annotations

import re

from aiohttp import web

from adapters.web import app_keys
from runtime.ids import Address
from runtime.ports import No, Verb

NAME = re.compile(r"[\w-]{1,64}", re.ASCII)


def name_of(request: web.Request) -> str:
    """Raises HTTPNotFound for what no session can be called."""
    name = request.match_info["session_id"]
    if not NAME.fullmatch(name):
        raise web.HTTPNotFound(text="A session's name has letters, digits, - and _, at most 64.")
    return name


async def allowed(request: web.Request, verb: Verb = "read") -> Address:
    """The session that a request names, if whoever asks may do this with it. Raises HTTPNotFound
    and HTTPForbidden."""
    context = request.app[app_keys.CONTEXT]
    address = await context.address(name_of(request))
    verdict = await context.sessions.may(context.person, verb, address)
    if isinstance(verdict, No):
        raise web.HTTPForbidden(text=verdict.reason)
    return address
