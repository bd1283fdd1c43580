"""How old is what people see in Slack: the real adapter against the simulator, over real HTTP and
WebSocket, under both ways of counting calls.

Messages in channels are edited in place; the last row is a direct message with a native stream.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from chat_play import LATENCY, Played, add, play, service
from chat_trace import Watched, is_whole, newest
from processes import child, heard
from report import Report, Say
from slow_proxy import slow_proxy

from adapters.simulators.slack.calls import Answered
from adapters.simulators.slack.limits import Profile, RollingWindow, TokenBucket
from adapters.simulators.slack.simulator import Simulator, simulator
from runtime.clock import SystemClock

_WRITES = {
    "chat.postMessage",
    "chat.update",
    "chat.startStream",
    "chat.appendStream",
    "chat.stopStream",
}
_SIGNS = {"reactions.add", "agents.sessions.setStatus", "assistant.threads.setStatus"} | _WRITES
_PROFILES: dict[str, tuple[Profile, tuple[float, float]]] = {
    "rolling window": (RollingWindow(), (0.7, 1.3)),
    "token bucket": (TokenBucket(), (0.75, 1.5)),
}
_CROWDS = (1, 10, 50)
_DIRECT_BARS = (0.4, 0.8)


class SlackScene:
    """Implements Scene. Every run has a channel, or the person's direct messages."""

    def __init__(self, sim: Simulator, direct: bool = False) -> None:
        self._sim, self._direct = sim, direct
        self._threads: dict[str, tuple[str, str]] = {}

    async def say(self, name: str) -> None:
        if self._direct:
            said = await self._sim.say("ann", "dm", f"run {name}")
        else:
            people = (self._sim.person("ann").id, self._sim.team.bot.id)
            self._sim.team.add_channel(name, "channel", *people)
            said = await self._sim.say("ann", name, f"@aether run {name}")
        self._threads[name] = (said.channel, said.ts)

    def over(self, name: str) -> bool:
        return is_whole(self._said(name))

    def _said(self, name: str) -> list[str]:
        return [json.dumps(m.blocks) for m in self._sim.thread(*self._threads[name])[1:]]

    def watch(self, name: str, run: Watched) -> None:
        channel, root = self._threads[name]
        seen: dict[str, str] = {}
        for call in self._sim.calls.all:
            if not call.ok or call.at.timestamp() < run.said or _channel(call) != channel:
                continue
            if self._direct and not self._is_of(call, root, seen):
                continue
            if call.method in _SIGNS:
                run.signs.append(call.at.timestamp())
            if call.method in _WRITES:
                shown = json.dumps([call.arguments.get("blocks"), call.arguments.get("chunks")])
                run.frames.append((call.at.timestamp(), newest(shown)))
        run.exact = self.over(name)

    def _is_of(self, call: Answered, root: str, seen: dict[str, str]) -> bool:
        """Whether a call in a direct message is of this thread; `seen` are its messages."""
        ts = str(call.answer.get("ts", call.arguments.get("ts", "")))
        if call.arguments.get("thread_ts") == root:
            seen[ts] = root
        return seen.get(ts) == root or call.arguments.get("timestamp") == root

    @property
    def calls(self) -> int:
        return len(self._sim.calls.all)

    @property
    def limited(self) -> int:
        return self._sim.calls.limited()

    async def until(self, holds: Callable[[], bool], patience: float) -> None:
        await self._sim.until(holds, patience)


def _channel(call: Answered) -> str:
    return str(call.arguments.get("channel", call.arguments.get("channel_id", "")))


async def measure(say: Say, folder: Path) -> Report:
    report = Report(details={"latency_ms": LATENCY * 1000})
    for profile, (limits, bars) in _PROFILES.items():
        for runs in _CROWDS:
            name = f"{runs} run{'s' * (runs > 1)}, {profile}"
            say(name)
            played = await _played(folder / f"{profile}-{runs}", limits, runs, direct=False)
            add(report, name, played, bars if runs == 1 else (None, None))
    say("1 run, direct message")
    direct = await _played(folder / "direct", RollingWindow(), 1, direct=True)
    add(report, "1 run, native stream", direct, _DIRECT_BARS)
    return report


async def _played(folder: Path, limits: Profile, runs: int, *, direct: bool) -> Played:
    async with (
        simulator(SystemClock(), limits) as sim,
        slow_proxy(sim.base_url.removesuffix("/api/"), LATENCY) as slow,
        child("chat_model.py") as model,
    ):
        url = (await heard(model))["url"]
        environ = {
            "SLACK_BOT_TOKEN": sim.bot_token,
            "SLACK_APP_TOKEN": sim.app_token,
            "AETHER_SLACK__BASE_URL": f"{slow}/api/",
        }
        async with service(folder, url, environ) as bot:
            await sim.until(lambda: bool(sim.sockets.connections))
            return await play(SlackScene(sim, direct), runs, model, bot)
