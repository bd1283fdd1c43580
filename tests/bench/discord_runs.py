"""How old is what people see in Discord: the real adapter against its twin, over real HTTP and a
real gateway, under the limits that bots observe. Every run has a thread of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from chat_play import LATENCY, Played, add, play, service
from chat_trace import Watched, is_whole, newest
from processes import child, heard
from report import Report, Say
from slow_proxy import slow_proxy

from adapters.simulators.discord.buckets import REAL
from adapters.simulators.discord.call import Recorded
from adapters.simulators.discord.simulator import DiscordSimulator, twin
from runtime.clock import SystemClock

_BARS = (0.65, 1.4)
_CROWDS = (1, 10, 50)


class DiscordScene:
    """Implements Scene."""

    def __init__(self, sim: DiscordSimulator) -> None:
        self._sim = sim
        self._ann = sim.person("Ann")
        self._starters: dict[str, int] = {}

    async def say(self, name: str) -> None:
        room = self._sim.add_channel(name)
        said = self._sim.say(self._ann, room, f"<@{self._sim.bot.id}> run {name}")
        self._starters[name] = said.id

    def over(self, name: str) -> bool:
        return is_whole(self._said(name))

    def _said(self, name: str) -> list[str]:
        thread = self._sim.world.channels.get(self._starters[name])
        return [json.dumps(m.body.components) for m in self._sim.said(thread)] if thread else []

    def watch(self, name: str, run: Watched) -> None:
        starter = str(self._starters[name])
        for call in self._sim.calls:
            if starter not in call.path or call.status not in (200, 201, 204):
                continue
            if call.method in ("POST", "PUT", "PATCH"):
                run.signs.append(call.at.timestamp())
            if _writes(call):
                run.frames.append((call.at.timestamp(), newest(json.dumps(call.body))))
        run.exact = self.over(name)

    @property
    def calls(self) -> int:
        return len(self._sim.calls)

    @property
    def limited(self) -> int:
        return sum(call.status == 429 for call in self._sim.calls)

    async def until(self, holds: Callable[[], bool], patience: float) -> None:
        await self._sim.until(holds, patience)


def _writes(call: Recorded) -> bool:
    return call.method in ("POST", "PATCH") and "/messages" in call.path


async def measure(say: Say, folder: Path) -> Report:
    report = Report(details={"latency_ms": LATENCY * 1000})
    for runs in _CROWDS:
        name = f"{runs} run{'s' * (runs > 1)}"
        say(name)
        played = await _played(folder / str(runs), runs)
        add(report, name, played, _BARS if runs <= 10 else (None, None))
    return report


async def _played(folder: Path, runs: int) -> Played:
    async with (
        twin(SystemClock(), profile=REAL) as sim,
        slow_proxy(sim.world.origin, LATENCY) as slow,
        child("chat_model.py") as model,
    ):
        url = (await heard(model))["url"]
        environ = {
            "DISCORD_TOKEN": sim.token,
            "AETHER_DISCORD__REST_URL": sim.rest_url.replace(sim.world.origin, slow),
            "AETHER_DISCORD__GATEWAY_URL": sim.gateway_url,
        }
        async with service(folder, url, environ) as bot:
            await sim.until(lambda: bool(sim.hub.sessions))
            return await play(DiscordScene(sim), runs, model, bot)
