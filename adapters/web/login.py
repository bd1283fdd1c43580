"""Signing in: a browser shows the token once and keeps a cookie, a program sends it each time."""

from __future__ import annotations

import asyncio
import math
from importlib import resources
from urllib.parse import parse_qs

import structlog
from aiohttp import web

from adapters.web import app_keys
from adapters.web.access import bearer
from adapters.web.names import NAME
from adapters.web.render.tags import el, join

log = structlog.get_logger(__name__)

STATIC = resources.files("adapters.web") / "static"
PATIENCE = 10.0
"""Seconds within which a body must be here that anybody may send."""

_FORM = 4_096  # bytes
_COOKIE_LASTS = 30 * 24 * 3600  # seconds


def require(request: web.Request) -> None:
    """Raises 401 for a request without the token, 429 while its client must wait."""
    if request.app[app_keys.ACCESS].signed_in(request):
        return
    given = bearer(request)
    if given is None or not _passes(request, given):
        raise web.HTTPUnauthorized(
            text="This needs the token of the workbench: `python -m bot link` shows it.",
            headers={"WWW-Authenticate": "Bearer"},
        )


def entry(request: web.Request, problem: str = "", status: int = 200) -> web.Response:
    """The page that asks for the token, and leads to the session that was wanted."""
    session = request.match_info.get("session_id", "")
    wanted = el("input", {"type": "hidden", "name": "session", "value": session})
    problem = problem or ("That is not the token." if "wrong" in request.query else "")
    wrong = el("p", {"class": "wrong", "role": "alert"}, problem)
    text = (STATIC / "login.html").read_text(encoding="utf-8")
    text = text.replace("<!--more-->", join((wanted, wrong if problem else None)))
    return web.Response(text=text, status=status, content_type="text/html")


async def login(request: web.Request) -> web.Response:
    """The token once by hand, then a cookie that no script can read."""
    form = parse_qs((await in_time(request.clone(client_max_size=_FORM))).decode(errors="replace"))
    session = form.get("session", [""])[0]
    place = f"/s/{session}" if NAME.fullmatch(session) else "/"
    try:
        right = _passes(request, form.get("token", [""])[0])
    except web.HTTPTooManyRequests as late:
        answer = entry(request, late.text or "", late.status)
        answer.headers["Retry-After"] = late.headers["Retry-After"]
        return answer
    if not right:
        return web.Response(status=303, headers={"Location": f"{place}?wrong=1"})
    return _with_cookie(web.Response(status=303, headers={"Location": place}), request)


async def in_time(request: web.Request) -> bytes:
    """The body of a request that has shown nothing yet, which keeps it. Raises 408 if it does not
    arrive."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await request.read()
    except TimeoutError:
        text = f"The request did not arrive within {PATIENCE:.0f} s."
        raise web.HTTPRequestTimeout(text=text, headers={"Connection": "close"}) from None


def _passes(request: web.Request, token: str) -> bool:
    """Whether this is the token. Raises 429, without looking, while the client must wait."""
    access, lockout = request.app[app_keys.ACCESS], request.app[app_keys.LOCKOUT]
    client = request.remote or ""
    if wait := math.ceil(lockout.wait(client)):
        raise web.HTTPTooManyRequests(
            text=f"Too many wrong tokens: try again in {wait} s.",
            headers={"Retry-After": str(wait)},
        )
    if access.accepts(token):
        lockout.passed(client)
        return True
    tries = lockout.failed(client)
    log.warning("login.refused", client=client, tries=tries, wait=math.ceil(lockout.wait(client)))
    return False


def _with_cookie(answer: web.Response, request: web.Request) -> web.Response:
    access = request.app[app_keys.ACCESS]
    answer.set_cookie(
        access.cookie_name,
        access.cookie,
        httponly=True,
        samesite="Strict",
        secure=request.secure or request.headers.get("Origin", "").startswith("https:"),
        max_age=_COOKIE_LASTS,
    )
    return answer
