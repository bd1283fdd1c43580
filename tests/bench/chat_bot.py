"""The service with its chat platforms in a process of its own, composed as `bot up` does it, but
with a sandbox that costs nothing. The settings come from the environment."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace

from processes import only_errors, tell

from bot.chat.lifespan import chatting
from bot.chat.platforms import platforms_of
from bot.composition import parts_of, read_settings, sandbox_of
from bot.models import model_of
from bot.service import Service
from runtime import AgentManager
from runtime.clock import SystemClock
from runtime.fairness import Capacity
from runtime.testing.sandbox import FakeSandbox


async def serve() -> None:
    only_errors()
    stop, clock, settings = asyncio.Event(), SystemClock(), read_settings()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    sandbox, platforms = FakeSandbox(), platforms_of(settings, clock)
    sandbox.on(lambda _: True)
    real = sandbox_of(settings, clock)
    chosen = await model_of(settings)
    dependencies = parts_of(settings, chosen, real, clock, settlers=platforms.settlers)
    try:
        async with AgentManager(replace(dependencies, sandbox=sandbox, runs=Capacity())) as manager:
            service = Service(manager, settings.data_dir, chosen.why, chosen.model.name)
            async with chatting(service, platforms, 1.0):
                tell(ready=True)
                await stop.wait()
    finally:
        real.close()


if __name__ == "__main__":
    asyncio.run(serve())
