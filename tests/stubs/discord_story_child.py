"""The service in a process of its own, to be killed. Its environment says where Discord is, where
its FOLDER is, which PLAY the model gives, and whether `make all` may END."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from discord_story import runs, service
from patience import be_patient

from runtime.ports import Output
from runtime.testing.model import Line, ScriptedModel
from runtime.testing.sandbox import FakeSandbox
from runtime.testing.shelf import Shelf

ANSWER = " ".join(f"w{n}" for n in range(300))
PLAYS = {
    "work": (
        Line(calls=(("shell", {"command": "make all"}),)),
        Line(calls=(("shell", {"command": "rm -rf build"}),)),
        Line(text=ANSWER, pieces=20),
    ),
    "file": (
        Line(calls=(("shell", {"command": "make all"}),)),
        Line(calls=(("write_file", {"path": "result.txt", "content": "42\n"}),)),
        Line(calls=(("deliver", {"path": "result.txt"}),)),
        Line(text=ANSWER),
    ),
}
PREFIXES = ("DISCORD_", "AETHER_")


async def serve() -> None:
    folder = Path(os.environ["FOLDER"])
    sandbox = FakeSandbox(Shelf(folder / "shelf"))
    sandbox.on(lambda _: True)
    end = asyncio.Event()
    if os.environ["END"]:
        end.set()
    sandbox.on(runs("make all"), Output("compiling\n"), until=end)
    environ = {name: value for name, value in os.environ.items() if name.startswith(PREFIXES)}
    async with service(folder, environ, ScriptedModel(PLAYS[os.environ["PLAY"]]), sandbox):
        await asyncio.Event().wait()


if __name__ == "__main__":
    be_patient()
    asyncio.run(serve())
