"""Watch: looks after a workspace while a call runs, and ends the call where it takes too much."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from runtime.errors import SandboxError

_FIRST = 1.0
"""Seconds after which it is looked for the first time; most calls have ended by then."""

_SHARE = 20
"""A look takes at most one of so many seconds: large workspaces are looked at less often."""


@asynccontextmanager
async def watched(
    look: Callable[[], Awaitable[str]], end: Callable[[str], Awaitable[None]]
) -> AsyncGenerator[None]:
    """While the block runs, `look` every second or more; its first sentence is given to `end`."""
    watching = asyncio.ensure_future(_watch(look, end))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait((watching,))


async def _watch(look: Callable[[], Awaitable[str]], end: Callable[[str], Awaitable[None]]) -> None:
    now = asyncio.get_running_loop().time
    pause = _FIRST
    while True:
        await asyncio.sleep(pause)
        begun = now()
        if words := await look():
            break
        pause = max(_FIRST, _SHARE * (now() - begun))
    try:
        await end(words)
    except SandboxError:
        return  # its engine or container is gone: whoever follows the call is told by them
