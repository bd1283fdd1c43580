"""The bot with its workbench, for clients of another process; SIGUSR1 asks what it has used."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from pathlib import Path

from bot_side import open_bot
from memory_child import resident
from processes import tell
from web_house import WebHouse, web_door

from adapters.web.access import Access
from adapters.web.server import address_of, listen, serving
from runtime.testing.sandbox import FakeSandbox


async def serve(folder: Path, model_url: str) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(
        signal.SIGUSR1, lambda: tell(mib=resident(), cpu=time.process_time(), at=time.monotonic())
    )
    waiting = listen("127.0.0.1", 0)
    async with (
        open_bot(folder, model_url) as manager,
        serving(waiting, web_door(WebHouse(manager, FakeSandbox()), folder), Access()),
    ):
        tell(url=address_of(waiting))
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2]))
