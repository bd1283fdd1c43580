"""The WebSocket of the page: acts in, what changed out."""

from __future__ import annotations

import asyncio
import json
from typing import cast

from aiohttp import WSMsgType, web
from pydantic import JsonValue

from adapters.simulators.discord.controls import Impossible
from adapters.simulators.discord.page.acting import Actor
from adapters.simulators.discord.page.regions import about, regions
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.permissions import sees
from adapters.simulators.discord.render.viewer import Viewer
from adapters.simulators.discord.simulator import DiscordSimulator

FRAME = 64 * 1024
PAUSE = 0.03
"""Seconds between two pictures: several changes at once make one."""


class Live:
    """One open page."""

    def __init__(self, sim: DiscordSimulator, socket: web.WebSocketResponse, west: int) -> None:
        owner = sim.guild.owner
        seat = Viewer(sim.world, owner, sim.channel("general"), west=west)
        self.router = Actor(sim, seat)
        self._sim = sim
        self._socket = socket
        self._changed = asyncio.Event()
        self._shown: dict[str, str] = {}
        self._told: Json = {}

    async def run(self) -> None:
        watchers = self._sim.world.watchers
        watchers.append(self._changed.set)
        self._changed.set()
        drawing = asyncio.create_task(self._draw())
        try:
            async for message in self._socket:
                if message.type is WSMsgType.TEXT:
                    await self._hear(cast(str, message.data))
        finally:
            watchers.remove(self._changed.set)
            drawing.cancel()
            await asyncio.gather(drawing, return_exceptions=True)

    async def close(self) -> None:
        await self._socket.close()

    async def _hear(self, text: str) -> None:
        try:
            frame = cast(JsonValue, json.loads(text))
        except ValueError:
            return
        try:
            self.router.act(frame if isinstance(frame, dict) else {})
        except Impossible as no:
            await self._socket.send_json({"error": str(no)})
        self._changed.set()

    async def _draw(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            self._stay()
            drawn = regions(self.router.seat)
            fresh = {name: html for name, html in drawn.items() if self._shown.get(name) != html}
            told = about(self.router.seat)
            if fresh or told != self._told:
                await self._socket.send_json({"regions": fresh, "about": told})
                self._shown, self._told = drawn, told
            await asyncio.sleep(PAUSE)

    def _stay(self) -> None:
        """Nobody can stay in a place that is gone."""
        seat = self.router.seat
        known = seat.world.channels
        if seat.channel.id not in known or not sees(seat.channel, seat.user):
            self.router.seat = Viewer(
                seat.world, seat.user, self._sim.channel("general"), None, seat.west
            )
        elif seat.aside and (seat.aside.id not in known or not sees(seat.aside, seat.user)):
            self.router.back({})
