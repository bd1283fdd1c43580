"""A page, and the folder that its pictures go to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Page, ViewportSize

DESK, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=780)
LONG = 60_000  # milliseconds that a step of a task may take
_LARGEST = 250_000  # bytes: a README is read on slow lines too

_DRAWN = """() => new Promise((drawn) =>
    requestAnimationFrame(() => requestAnimationFrame(drawn)))"""


@dataclass(frozen=True, slots=True)
class Studio:
    page: Page
    folder: Path

    async def dress(self, size: ViewportSize, scheme: Literal["light", "dark"] = "light") -> None:
        """Nothing moves in a picture."""
        await self.page.set_viewport_size(size)
        await self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await self.page.evaluate(_DRAWN)

    async def take(self, name: str, largest: int = _LARGEST) -> None:
        """Raises AssertionError for one of more bytes than that."""
        file = self.folder / f"{name}.png"
        await self.page.screenshot(path=file, animations="disabled", caret="hide")
        written = await asyncio.to_thread(file.stat)
        assert written.st_size <= largest, f"{file.name} has {written.st_size:,} bytes"
