"""A rate limit of Discord's as its answers tell it ("Rate Limits", Header Format).

discord.py has one of its own. That raises RateLimited as soon as the window ends later than
`max_ratelimit_timeout`, however many calls are left in it; it forgets that a bucket is empty where
it may not wait; and it keeps back the answer of the call that empties one. Windows of minutes are
real: fifty new threads in five minutes.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp
import discord
import discord.http

_SAME = 0.1
"""Seconds by which the ends that two answers tell of one window may differ."""

_UNBOUND = 50
"""Calls at once where answers name no limit: all that Discord takes in a second."""


class Bucket(discord.http.Ratelimit):
    """The calls of one route and one major parameter. `remaining` is what the server has told, and
    bounds what is on its way; before it told anything, one call goes ahead of the others."""

    def __init__(self, max_ratelimit_timeout: float | None) -> None:
        """The longest wait in seconds; None bounds nothing."""
        super().__init__(max_ratelimit_timeout)
        self._longest = max_ratelimit_timeout or float("inf")
        self._ends = 0.0
        self._turn, self._freed = asyncio.Lock(), asyncio.Event()

    def reset(self) -> None:
        """The window is over."""
        self.remaining, self.expires = self.limit, None

    def update(self, response: aiohttp.ClientResponse, *, use_clock: bool = False) -> None:
        """Answers overtake each other: of one window the least counts, and of two the later."""
        ends, before = _ends(response), self.remaining
        is_known = self.expires is not None and not self.is_expired()
        if is_known and ends < self._ends - _SAME:
            return
        super().update(response, use_clock=use_clock)
        self.remaining = int(response.headers.get("X-RateLimit-Remaining", 0))
        if is_known and ends <= self._ends + _SAME:
            self.remaining = min(before, self.remaining)
        self._ends = ends

    async def acquire(self) -> None:
        """Raises RateLimited where no call is left, and the window ends later than may be
        waited."""
        self._last_request = self._loop.time()
        async with self._turn:
            while not self._has_room():
                self._freed.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._wait()):
                        await self._freed.wait()
            self.outgoing += 1

    def _has_room(self) -> bool:
        if self.is_expired():
            self.reset()
        return self.remaining > self.outgoing

    def _wait(self) -> float | None:
        """Seconds until the window ends, at the longest; None while nobody knows."""
        if self.expires is None:
            return None
        left = max(0.0, self.expires - self._loop.time())
        if self.remaining <= 0 and left > self._longest:
            raise discord.RateLimited(left)
        return left

    async def __aexit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        is_answered = error is None or isinstance(error, discord.HTTPException)
        if is_answered and not self.dirty:
            self.limit = self.remaining = _UNBOUND
        self.outgoing -= 1
        self._freed.set()


def _ends(response: aiohttp.ClientResponse) -> float:
    return float(response.headers.get("X-RateLimit-Reset", 0))
