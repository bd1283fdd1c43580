"""The service in a process of its own, in front of a local Slack that another process is; and the
zygote of such processes. Whoever started it kills it."""

from __future__ import annotations

import asyncio
import json
import signal
from dataclasses import replace
from pathlib import Path

import crash_zygote
from crash_spec import Spec
from held_model import HeldModel
from patience import be_patient
from slack_story import HurriedClock, parts
from stepped_clock import SteppedClock

from adapters.slack.connection import SlackPlatform
from bot.chat.lifespan import chatting
from bot.chat.platforms import platforms_of
from bot.service import Service
from config.load import load
from runtime import AgentManager
from runtime.testing.model import Line
from runtime.testing.sandbox import FakeSandbox
from runtime.testing.shelf import Shelf

ANSWER = " ".join(f"These are the words of line {n}." for n in range(60))
LOOK = Line(calls=(("shell", {"command": "ls -l"}),))
DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))
DELIVER = Line(calls=(("deliver", {"path": "report.csv"}),))
SCRIPTS = {
    "answer": (LOOK, Line(text=ANSWER, pieces=8), Line(text="That was all.")),
    "gate": (DELETE, Line(text=ANSWER, pieces=8)),
    "file": (DELIVER, Line(text=ANSWER, pieces=8)),
}
PACE = 0.5  # seconds of the clock for a piece of the answer
ENVIRON = "environ.json"
"""Beside the database: what is set for the service."""
AHEAD = "ahead"
"""Beside the database, where time is real: by how many seconds somebody set the clock ahead."""


async def live(spec: Spec) -> None:
    """Until it is killed, or another process serves its database. With a `mutation` "turn.piece …"
    the model stops at each of these places until a SIGUSR1. At a SIGUSR2 its clock is set."""
    folder = spec.data_dir
    environ = json.loads((folder / ENVIRON).read_text())
    clock = _stepped(folder / AHEAD) if (folder / AHEAD).exists() else HurriedClock(spec.born)
    platforms = platforms_of(load(environ=environ, folder=folder), clock)
    assert isinstance(platforms.every[0], SlackPlatform)
    model = HeldModel(SCRIPTS[spec.scenario], clock, PACE)
    sandbox = FakeSandbox(shelf(folder))
    sandbox.on(lambda _: True)
    places = (place.partition(".") for place in spec.mutation.split())
    holds = [model.hold(int(turn), int(piece)) for turn, _, piece in places]
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, lambda: holds.pop(0).set())
    made = parts(folder, model, sandbox, platforms, clock)
    made = replace(made, database_url=spec.database_url)
    async with (
        AgentManager(made) as manager,
        chatting(Service(manager, folder, "scripted"), platforms, 0.0),
    ):
        await manager.served()


def _stepped(ahead: Path) -> SteppedClock:
    clock = SteppedClock()

    def step() -> None:
        clock.ahead = float(ahead.read_text())

    step()
    clock.everywhere()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, step)
    return clock


def shelf(folder: Path) -> Shelf:
    """What the sandbox of such a process knows."""
    return Shelf(folder / "shelf")


if __name__ == "__main__":
    be_patient()
    crash_zygote.live = live  # the one thing in which its children differ
    crash_zygote.main()
