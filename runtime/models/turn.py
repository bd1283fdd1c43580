"""One streamed turn of a model: the port's implementation for every provider, and for the demo."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from runtime.models.connection import Connection
from runtime.models.request import Limits, Request
from runtime.ports.model import Message, ModelDelta, ToolSpec


class DirectModel:
    """A `runtime.ports.Model` on one provider connection, opened by the first turn and kept."""

    def __init__(
        self, name: str, connect: Callable[[], Connection], limits: Limits | None = None
    ) -> None:
        self._name = name
        self._connect = connect
        self._limits = limits or Limits()
        self._connection: Connection | None = None
        self._opening = asyncio.Lock()

    @property
    def name(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return f"DirectModel({self._name!r})"

    async def open(self) -> Connection:
        """Import the provider and make its client; sends nothing. Raises Misconfigured.

        A turn does this by itself; call it early where the first turn should not wait for it.
        """
        async with self._opening:
            if self._connection is None:
                # An import of a second or more would stop every session of the process.
                self._connection = await asyncio.to_thread(self._connect)
            return self._connection

    async def turn(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        *,
        instructions: str,
        max_tokens: int,
        may_call: bool = True,
    ) -> AsyncGenerator[ModelDelta]:
        """See `Model.turn`. Leaving the iteration early closes the connection when the generator is
        closed: use `contextlib.aclosing`."""
        connection = await self.open()
        from runtime.models.exchange import exchange  # imports the provider library

        tokens = min(max_tokens, self._limits.tokens or max_tokens)
        request = Request(messages, tools, instructions, tokens, may_call)
        async with aclosing(exchange(connection, request, self._limits)) as deltas:
            async for delta in deltas:
                yield delta

    async def aclose(self) -> None:
        """Close idle connections. The model may be used again: it opens a new client."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
