"""Whether a refusal is meant for all calls of the application.

discord.py raises how long one lasts, and keeps to itself whether it is for one route or for all.
"""

from __future__ import annotations

from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp

_FOR_ALL = ContextVar("discord refusal for all", default=False)


def watch() -> aiohttp.TraceConfig:
    """For a client: it takes note of every answer, in the task that waits for it."""
    config = aiohttp.TraceConfig()
    config.on_request_end.append(_note)
    return config


async def _note(
    _: aiohttp.ClientSession, __: SimpleNamespace, ended: aiohttp.TraceRequestEndParams
) -> None:
    headers = ended.response.headers
    # Without Via the gatekeeper in front of Discord answered, who refuses this machine ("Rate
    # Limits").
    is_for_all = "X-RateLimit-Global" in headers or "Via" not in headers
    _FOR_ALL.set(ended.response.status == 429 and is_for_all)


def forget() -> None:
    """Before a call: the library may refuse it without asking Discord."""
    _FOR_ALL.set(False)


def is_for_all() -> bool:
    """The last refusal of this task."""
    return _FOR_ALL.get()
