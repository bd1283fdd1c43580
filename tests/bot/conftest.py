"""A house on fakes: the real runtime and journal, a scripted model, a sandbox in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from bot.service import Service
from bot.terminal.keyboard import Below, Key
from bot.terminal.lines import Item, Line
from runtime import AgentManager
from runtime.dependencies import Dependencies, OneModel
from runtime.profile import Profile, always
from runtime.testing.model import Line as Turn
from runtime.testing.model import ScriptedModel
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.catalog import NAMES

OpenHouse = Callable[..., AbstractAsyncContextManager[Service]]


@pytest.fixture
def open_fake_house(tmp_path: Path) -> OpenHouse:
    """Opens the same database again and again, with a new script each time."""

    @asynccontextmanager
    async def open_with(*script: Turn) -> AsyncGenerator[Service]:
        model = ScriptedModel(list(script))
        sandbox = FakeSandbox()
        parts = Dependencies(
            database_url=f"sqlite:///{tmp_path / 'aether.db'}",
            data_dir=tmp_path,
            models=OneModel(model),
            sandbox=sandbox,
            profile_for=always(Profile(model=model.name, tools=NAMES)),
        )
        async with AgentManager(parts) as manager:
            yield Service(manager, tmp_path, "scripted")

    return open_with


class FakeDesktop:
    """A person who types when a text appears: pairs of what to wait for and what to press."""

    def __init__(self, *moves: tuple[str, Key], interactive: bool = True) -> None:
        self.interactive = interactive
        self.text = ""
        self._moves = list(moves)
        self._changed = asyncio.Event()

    async def show(self, items: Sequence[Item]) -> None:
        for item in items:
            self.text += (item.text if isinstance(item, Line) else item.markdown) + "\n"
        self._changed.set()

    async def keys(self, below: Below) -> AsyncGenerator[Key]:
        for awaited, key in self._moves:
            while awaited not in self.text:
                self._changed.clear()
                await self._changed.wait()
            below(80)
            yield key
        await asyncio.Event().wait()


@pytest.fixture
def terminal() -> type[FakeDesktop]:
    return FakeDesktop
