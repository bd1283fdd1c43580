"""Files of messages: fetched, bounded; one that cannot be read loses nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from chat_house import ChatHouse, words

from adapters.cards import Note
from adapters.inbound import Accepted, Attachment
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


TOO_LARGE = "it has 10.0 MiB, and up to 10 MiB are taken"
GONE = "it was deleted, or its address has expired"
EXTERNAL = "it is kept outside Slack (Google Drive): export it and attach the file itself"


@pytest.mark.parametrize(
    ("file", "kept", "why"),
    [
        (FILE, None, GONE),
        (replace(FILE, size=LARGEST + 1), b"hello", TOO_LARGE),
        (FILE, b"x" * (LARGEST + 1), TOO_LARGE),
        (replace(FILE, barred=EXTERNAL), None, EXTERNAL),
    ],
    ids=["gone", "too large", "larger than it says", "kept elsewhere"],
)
async def test_a_file_that_cannot_be_read_keeps_no_task_from_beginning(
    tmp_path: Path, file: Attachment, kept: bytes | None, why: str
) -> None:
    """The model and the thread are told which one and why; the others are read."""
    house = ChatHouse(tmp_path, [Line(text="Nine.")])
    async with house.open():
        house.books.files |= {"h2": b"hello"} | ({} if kept is None else {"h1": kept})
        other = Attachment("h2", "b.txt", 5)
        assert await house.mention("What is 3 times 3?", files=[file, other]) == Accepted()
        await house.until(lambda: house.text() == "Nine." and house.cards("run"))
        notes = [note.text for note in house.blocks("run", Note)]
        assert notes == [f"Could not be read: 'notes ☂.txt' ({why})"]
    (asked,) = words(house.model.asked[0])
    plain = why.replace("[", "(").replace("]", ")")
    assert "[attached file attachments/b.txt]" in asked
    assert f"[attached file, could not be read: notes ☂.txt: {plain}]" in asked


async def test_a_file_alone_that_cannot_be_read_begins_a_task_too(tmp_path: Path) -> None:
    house = ChatHouse(tmp_path, [Line(text="Which file?"), Line(text="Again.")])
    async with house.open():
        assert await house.mention("", files=[FILE]) == Accepted()
        await house.until(lambda: house.text() == "Which file?" and house.cards("run"))
        assert await house.say("And now?") == Accepted()
        await house.until(lambda: house.text() == "Which file?|Again.")
        assert len(house.cards("run")) == 1, "the next task has all that it needs"


async def test_a_file_of_a_word_that_steers_is_told_in_the_running_task(tmp_path: Path) -> None:
    house = ChatHouse(tmp_path, [Line(text="Nine."), Line(text="Still nine.")])
    async with house.open():
        go_on = house.model.hold(0, 0)
        await house.mention("What is 3 times 3?")
        said = house.write("Look at this", files=[FILE])
        assert await house.front.receive(said) == Accepted()
        go_on.set()
        await house.until(lambda: house.blocks("run", Note))
        assert GONE in house.blocks("run", Note)[0].text
