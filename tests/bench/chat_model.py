"""A model for runs on a chat platform, in a process of its own: 200 tokens of reasoning, a tool
call, 800 tokens of text, 40 a second. Every token is a word that says its number, and whoever
started this process is told when each stream began."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import time

from chat_trace import RATE, TEXT, THINKING, text, word
from model_answers import Answer, ToolCall
from model_server import ModelServer, Received
from processes import tell

_CALL = ToolCall("call_1", "shell", json.dumps({"command": "ls -l"}))
_NAME = re.compile(r"\br\d+x\d+\b")


def answer(received: Received) -> Answer:
    found = _NAME.search(json.dumps(received.body["messages"]))
    name, part = (found[0] if found else ""), min(received.turn, 1)
    tell(run=name, part=part, at=time.time())
    usage = (1_000, THINKING + TEXT)
    if part == 0:
        thinking = " ".join(word(n) for n in range(1, THINKING + 1))
        return Answer(thinking=thinking, calls=(_CALL,), usage=usage, rate=RATE)
    return Answer(text=text(), usage=usage, rate=RATE)


async def serve() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with ModelServer(answer) as server:
        tell(url=server.url)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve())
