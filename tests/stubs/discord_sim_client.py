"""The real discord.py client, and bare HTTP, against the local Discord."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route

from adapters.simulators.discord.simulator import DiscordSimulator

GIVE_UP = 60.0  # seconds until a test gives up
GUILD_READY = 0.01
"""Seconds without another guild after which a client is ready."""


class Bot(discord.Client):
    """Keeps what it hears."""

    def __init__(self, **options: Any) -> None:
        wanted = discord.Intents.default()
        wanted.message_content = True
        super().__init__(
            intents=cast("discord.Intents", options.pop("intents", wanted)),
            guild_ready_timeout=GUILD_READY,
            **options,
        )
        self.heard: list[discord.Message] = []
        self.asked: list[discord.Interaction[Any]] = []
        self.events: list[str] = []
        self.moved = asyncio.Event()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        self.events.append(event)
        super().dispatch(event, *args, **kwargs)
        self.moved.set()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Discord wants five seconds between two sessions; nobody counts them here."""

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)
        self.moved.set()

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        self.asked.append(interaction)
        self.moved.set()

    async def until(self, event: str, times: int = 1) -> None:
        """Until this was dispatched so often."""
        async with asyncio.timeout(GIVE_UP):
            while self.events.count(event) < times:
                self.moved.clear()
                await self.moved.wait()

    async def message(self) -> discord.Message:
        """The next one that nobody asked for yet."""
        async with asyncio.timeout(GIVE_UP):
            while not self.heard:
                self.moved.clear()
                await self.moved.wait()
        return self.heard.pop(0)

    async def interaction(self) -> discord.Interaction[Any]:
        async with asyncio.timeout(GIVE_UP):
            while not self.asked:
                self.moved.clear()
                await self.moved.wait()
        return self.asked.pop(0)


@contextmanager
def pointed(sim: DiscordSimulator) -> Generator[None]:
    """discord.py talks to this Discord while the block runs."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = sim.rest_url, yarl.URL(sim.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@asynccontextmanager
async def online(sim: DiscordSimulator, bot: Bot | None = None) -> AsyncGenerator[Bot]:
    """A client that is ready."""
    with pointed(sim):
        bot = bot or Bot()
        running = asyncio.create_task(bot.start(sim.token))
        try:
            await bot.until("ready")
            yield bot
        finally:
            await bot.close()
            await asyncio.gather(running, return_exceptions=True)
            await asyncio.to_thread(_last_beats)


def _last_beats() -> None:
    """discord.py sends heartbeats from threads and waits for none of them: one that is late would
    find the event loop closed, and that is an error which no test expects."""
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler):
            thread.join(GIVE_UP)


class Rest:
    """Bare calls with the bot's token; answers are (status, JSON)."""

    def __init__(self, sim: DiscordSimulator, session: aiohttp.ClientSession) -> None:
        self._sim = sim
        self._session = session
        self.headers: dict[str, str] = {}

    async def __call__(
        self, method: str, path: str, body: object = None, files: dict[str, bytes] | None = None
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bot {self._sim.token}"}
        url = self._sim.rest_url + path
        if files is None:
            sent: dict[str, Any] = {"json": body}
        else:
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("payload_json", aiohttp.JsonPayload(body or {}))
            for number, (name, data) in enumerate(files.items()):
                form.add_field(f"files[{number}]", data, filename=name)
            sent = {"data": form}
        async with self._session.request(method, url, headers=headers, **sent) as answer:
            self.headers = {**answer.headers}
            text = await answer.read()
            said = await answer.json() if text else None
            return answer.status, said


@asynccontextmanager
async def calling(sim: DiscordSimulator) -> AsyncGenerator[Rest]:
    async with aiohttp.ClientSession() as session:
        yield Rest(sim, session)
