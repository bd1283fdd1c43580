"""A model server in a process of its own: what is asked for stands in the last message.

"40/s" is 200 tokens of reasoning and 800 of text at that rate; "park" is a call that people must
approve.
"""

from __future__ import annotations

import asyncio
import json
import re
import signal

from model_answers import Answer, ToolCall
from model_server import ModelServer, Received
from processes import tell

_THINKING, _TEXT = 200, 800
_RATE = re.compile(r"(\d+)/s")
_CALL = ToolCall("call_1", "shell", json.dumps({"command": "rm -rf build"}))


def answer(received: Received) -> Answer:
    words = json.dumps(received.body["messages"][-1])
    if "park" in words:
        return Answer(calls=(_CALL,))
    rate = _RATE.search(words)
    return Answer(
        thinking=" ".join(f"why{n}" for n in range(_THINKING)),
        text=" ".join(f"word{n}" for n in range(_TEXT)),
        usage=(1_000, _THINKING + _TEXT),
        rate=float(rate[1]) if rate else 0.0,
    )


async def serve() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with ModelServer(answer) as server:
        tell(url=server.url)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve())
