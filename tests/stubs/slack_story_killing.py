"""Kills the service at a moment that Slack chooses: after an effect, and before its answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from child_process import child
from crash_children import PATH, Child, Zygote
from crash_spec import Spec
from slack_clock import SlowClock
from slack_story import HurriedClock, environ
from slack_story_child import AHEAD, ANSWER, ENVIRON, shelf
from slack_story_thread import PATIENCE, StoryThread, key_of

from adapters.simulators.slack.changes import Changes
from adapters.simulators.slack.simulator import Simulator, simulator
from runtime.ids import Address, session_id
from runtime.testing.sandbox import FakeSandbox

HERE = Path(__file__).parent
Doom = Callable[[], object]


class Watched(Changes):
    """Looks after every change in Slack, before whoever made it hears of it."""

    def __init__(self) -> None:
        super().__init__()
        self.doom: Doom | None = None
        self.strike: Callable[[], None] = lambda: None

    def note(self) -> None:
        if self.doom is not None and self.doom():
            self.doom = None
            self.strike()
        super().note()


@dataclass(slots=True)
class Killing:
    """A Slack that outlives the service."""

    slack: Simulator
    watched: Watched
    zygote: Zygote
    spec: Spec
    children: list[Child] = field(default_factory=list[Child])

    def on(self, url: str) -> None:
        """The next services keep their record there."""
        self.spec = self.spec.model_copy(update={"database_url": url})

    def log(self, child: int) -> str:
        return (self.spec.data_dir / f"child-{child}.log").read_text()

    def set_clock(self, seconds: float) -> None:
        """So much ahead of the real time, for a service in real time and those after it."""
        (self.spec.data_dir / AHEAD).write_text(str(seconds))
        if not self.children[-1].gone:
            os.kill(self.children[-1].pid, signal.SIGUSR2)

    async def start(self, hold: str = "") -> Child:
        """Connected. With a `hold` "turn.piece …" its model waits at each of them for `go_on`."""
        log = self.spec.data_dir / f"child-{len(self.children) + 1}.log"
        child = self.zygote.start(self.spec.model_copy(update={"log": log, "mutation": hold}))
        self.children.append(child)
        await self.slack.until(lambda: len(self.slack.sockets.connections) == 1, PATIENCE)
        return child

    def go_on(self) -> None:
        """Its model is held no longer, up to the next such place."""
        os.kill(self.children[-1].pid, signal.SIGUSR1)

    async def kill(self) -> None:
        """Now. Returns when Slack knows."""
        self.children[-1].end()
        await self.gone()

    async def killed_when(self, doom: Doom) -> None:
        """Returns when it has happened, and Slack knows."""
        self.watched.doom, self.watched.strike = doom, self.children[-1].end
        await self.slack.until(lambda: self.children[-1].gone, PATIENCE)
        await self.gone()

    async def gone(self) -> None:
        await self.slack.until(lambda: not self.slack.sockets.connections, PATIENCE)

    async def mention(self, text: str = "look", where: str = "general") -> StoryThread:
        call = text if where == "dm" else f"@aether {text}"
        said = await self.slack.say("ann", where, call)
        return StoryThread(self.slack, said.channel, said.ts)

    async def half_an_answer(self) -> StoryThread:
        thread = await self.mention()
        await thread.until(lambda: "line 20" in thread.answer)
        return thread

    async def ends_well(self, thread: StoryThread) -> None:
        await thread.answered(ANSWER)
        await thread.until(lambda: "Done" in thread.shown("run"))
        kinds = [key_of(message).partition(":")[0] for message in thread.ours]
        kinds = sorted(kind for kind in kinds if kind != "outage")  # that it was away is told, too
        assert kinds == ["answer", "run"], "nothing stands twice"

    def furnish(self, thread: StoryThread, path: str, data: bytes) -> None:
        """A file in the workspace of the thread's session."""
        team = self.slack.team.id
        address = Address(platform="slack", team=team, channel=thread.channel, thread=thread.root)
        FakeSandbox(shelf(self.spec.data_dir)).put(session_id(address), path, data)


@contextmanager
def slack_zygote() -> Generator[Zygote]:
    path = os.pathsep.join((PATH, str(HERE)))
    with child(
        [sys.executable, HERE / "slack_story_child.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    ) as process:
        yield Zygote(process)
        assert process.stdin is not None
        process.stdin.close()


@asynccontextmanager
async def killing(
    folder: Path,
    zygote: Zygote,
    scenario: str,
    *,
    hurried: bool = False,
    real_time: bool = False,
) -> AsyncGenerator[Killing]:
    """`hurried`: Slack repeats what nobody took sooner than it really does. `real_time`: the
    service's clock is not hurried, and can be set."""
    if real_time:
        (folder / AHEAD).write_text("0")
    clock = HurriedClock() if hurried else SlowClock()
    async with simulator(clock) as slack:
        slack.service.changes = watched = Watched()
        (folder / ENVIRON).write_text(json.dumps(environ(slack)))
        host, _, port = slack.service.base_url.removeprefix("http://").partition(":")
        spec = Spec(
            database_url=f"sqlite:///{folder / 'aether.db'}",
            data_dir=folder,
            chat=(host, int(port)),
            born=time.time(),
            scenario=scenario,
        )
        made = Killing(slack, watched, zygote, spec)
        try:
            yield made
        finally:
            for child in made.children:
                child.end()
