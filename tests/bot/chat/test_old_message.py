"""A call about an older message of a thread: what was written there since is history."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from chat_service import ANN, BOB, HERE, ChatHouse, words

from adapters.ports.inbound import Mention
from runtime.testing.model import Line

ASK = Line(calls=(("ask", {"question": "Which colour?"}),))


@pytest.mark.parametrize("root", ["0", "1"])
async def test_what_was_written_since_is_context_and_no_order(tmp_path: Path, root: str) -> None:
    """Whether the message is the thread's first one or not."""
    service = ChatHouse(tmp_path, [ASK, Line(text="Painted.")])
    address = HERE.model_copy(update={"thread": root})
    async with service.open():
        said = [service.write(text, BOB) for text in ("Paint", "Or not", "Who knows")]
        service.books.replies[:] = [replace(one, address=address) for one in said]
        old, last = said[0].message_id, said[-1].message_id
        call = Mention(address, ANN, old, "Paint", HERE.channel, read_to=last)
        await service.context.receive(call)
        await service.until(lambda: service.cards("question"))
        await service.context.missed("memory")
        (asked,) = service.cards("question")
        assert asked.state == "open", "nothing of it answers the question"
    assert words(service.model.asked[0]) == [
        "[What people said in this thread before you were called. It is context, not your task.]",
        "Bob: Or not",
        "Bob: Who knows",
        "[Here you are called:]",
        "Ann: Paint",
    ]
