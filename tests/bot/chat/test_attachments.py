"""Files of messages: fetched, bounded; one that cannot be read loses nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from chat_service import HERE, ChatHouse, words

from adapters.ports.cards import Note
from adapters.ports.inbound import Accepted, Attachment
from bot.chat.attachments import LARGEST
from runtime.events import MessageReceived
from runtime.ids import session_id
from runtime.testing.model import Line

FILE = Attachment("h1", "notes ☂.txt", 5, "text/plain")


async def test_a_file_is_stored_and_the_model_is_told(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="Read.")])
    async with service.open():
        service.books.files["h1"] = b"hello"
        assert await service.mention("Read this", files=[FILE]) == Accepted()
        await service.until(lambda: service.text() == "Read.")
        (said,) = [e.fact for e in await service.entries() if isinstance(e.fact, MessageReceived)]
        (kept,) = said.files
        assert (kept.name, kept.size, kept.media_type) == ("notes ☂.txt", 5, "text/plain")
        assert await service.manager.sessions.artifact(session_id(HERE), kept.artifact) == b"hello"
    named = "[attached file attachments/notes.txt, sent as: notes ☂.txt]"
    assert words(service.model.asked[0]) == [f"Ann: Read this\n{named}"]


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
    service = ChatHouse(tmp_path, [Line(text="Nine.")])
    async with service.open():
        service.books.files |= {"h2": b"hello"} | ({} if kept is None else {"h1": kept})
        other = Attachment("h2", "b.txt", 5)
        assert await service.mention("What is 3 times 3?", files=[file, other]) == Accepted()
        await service.until(lambda: service.text() == "Nine." and service.cards("run"))
        notes = [note.text for note in service.blocks("run", Note)]
        assert notes == [f"Could not be read: 'notes ☂.txt' ({why})"]
    (asked,) = words(service.model.asked[0])
    plain = why.replace("[", "(").replace("]", ")")
    assert "[attached file attachments/b.txt]" in asked
    assert f"[attached file, could not be read: notes ☂.txt: {plain}]" in asked


async def test_a_file_alone_that_cannot_be_read_begins_a_task_too(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="Which file?"), Line(text="Again.")])
    async with service.open():
        assert await service.mention("", files=[FILE]) == Accepted()
        await service.until(lambda: service.text() == "Which file?" and service.cards("run"))
        assert await service.say("And now?") == Accepted()
        await service.until(lambda: service.text() == "Which file?|Again.")
        assert len(service.cards("run")) == 1, "the next task has all that it needs"


async def test_a_file_of_a_word_that_steers_is_told_in_the_running_task(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="Nine."), Line(text="Still nine.")])
    async with service.open():
        go_on = service.model.hold(0, 0)
        await service.mention("What is 3 times 3?")
        said = service.write("Look at this", files=[FILE])
        assert await service.context.receive(said) == Accepted()
        go_on.set()
        await service.until(lambda: service.blocks("run", Note))
        assert GONE in service.blocks("run", Note)[0].text
