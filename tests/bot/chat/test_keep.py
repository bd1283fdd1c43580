"""Files of messages: fetched from their platform, bounded, refused in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chat_house import ChatHouse, words

from adapters.inbound import Accepted, Attachment, Refused
from bot.chat.keep import LARGEST
from runtime.events import MessageReceived
from runtime.testing.model import Line

FILE = Attachment("h1", "notes ☂.txt", 5, "text/plain")


async def test_a_file_is_stored_and_the_model_is_told(tmp_path: Path) -> None:
    house = ChatHouse(tmp_path, [Line(text="Read.")])
    async with house.open():
        house.books.files["h1"] = b"hello"
        assert await house.mention("Read this", files=[FILE]) == Accepted()
        await house.until(lambda: house.text() == "Read.")
        (said,) = [e.fact for e in await house.entries() if isinstance(e.fact, MessageReceived)]
        (kept,) = said.files
        assert (kept.name, kept.size, kept.media_type) == ("notes ☂.txt", 5, "text/plain")
        assert await house.manager.sessions.artifact(kept.artifact) == b"hello"
    named = "[attached file attachments/notes.txt, sent as: notes ☂.txt]"
    assert words(house.model.asked[0]) == [f"Ann: Read this\n{named}"]


async def test_a_file_that_is_too_large_is_refused_in_words(tmp_path: Path) -> None:
    house = ChatHouse(tmp_path, [Line(text="Hello.")])
    async with house.open():
        large = replace(FILE, size=LARGEST + 1)  # its content is not even asked for
        refused = await house.mention("Read this", files=[large])
        assert refused == Refused("'notes ☂.txt' has 10.0 MiB; files up to 10 MiB are taken.")
        house.books.files["h1"] = b"x" * (LARGEST + 1)
        assert await house.mention("And this", files=[FILE]) == refused, "whatever it claims"


async def test_a_file_that_is_gone_is_refused_in_words(tmp_path: Path) -> None:
    house = ChatHouse(tmp_path, [Line(text="Hello.")])
    async with house.open():
        refused = await house.mention("Read this", files=[FILE])
        assert isinstance(refused, Refused)
        assert "could not be read" in refused.text
