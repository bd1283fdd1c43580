"""What people type: whole lines, Ctrl-C, and the end of input; and the place where lines appear."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from typing import Literal, Protocol

from bot.terminal.lines import Item, Line
from bot.terminal.painter import Painter

Key = str | Literal[3, 4, 28]
"""A typed line, or Ctrl-C (3), or the end of input (4), as ASCII numbers them; or the order to go
away at once (28)."""

INTERRUPT: Literal[3] = 3
END: Literal[4] = 4
HANGUP: Literal[28] = 28

Below = Callable[[int], Sequence[Line]]
"""What stands below the scroll in a terminal of so many columns."""


class Terminal(Protocol):
    """Where a person sits: shows lines, and hands over what is typed."""

    interactive: bool

    async def show(self, items: Sequence[Item]) -> None: ...

    def keys(self, below: Below) -> AsyncGenerator[Key]:
        """Endless but for an input that ends: then END is the last item."""
        ...


class Pipe:
    """Standard input that is no terminal, or whose output goes elsewhere: lines in, lines out."""

    interactive = False

    def __init__(self, painter: Painter, descriptor: int = 0) -> None:
        self._painter, self._descriptor = painter, descriptor

    async def show(self, items: Sequence[Item]) -> None:
        self._painter.paint(items)

    async def keys(self, below: Below) -> AsyncGenerator[Key]:
        loop, typed = asyncio.get_running_loop(), asyncio.Queue[Key]()

        def put(key: Key) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(typed.put_nowait, key)

        # A thread, because a redirected file cannot be polled; a daemon, because nothing wakes it.
        threading.Thread(target=_read, args=(self._descriptor, put), daemon=True).start()
        key: Key = ""
        while key != END:
            key = await typed.get()
            yield key


def _read(descriptor: int, put: Callable[[Key], None]) -> None:
    """Without Python's buffers: a thread that sits in one would block the interpreter's end."""
    rest = b""
    try:
        while data := os.read(descriptor, 65536):
            *lines, rest = (rest + data).split(b"\n")
            for text in lines:
                put(text.decode("utf-8", "replace"))
    except OSError:
        pass  # closed or gone: the same as its end
    if rest:
        put(rest.decode("utf-8", "replace"))
    put(END)
