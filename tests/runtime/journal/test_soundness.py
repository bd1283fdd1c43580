"""A damaged SQLite file is refused with a line that names it, before anything is written to it."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot import checks
from runtime.clock import SystemClock
from runtime.errors import JournalUnavailable
from runtime.events import MessageReceived
from runtime.ids import Actor, Address, SessionId
from runtime.journal import FileArtifacts, SqlJournal, soundness

PAGE = 4_096
WORDS = "words " * 100


async def wake(session: SessionId, tx: object) -> None: ...


async def opened(file: Path, check: float = soundness.START, write: int = 0) -> None:
    opening = SqlJournal.open(
        f"sqlite:///{file}",
        clock=SystemClock(),
        artifacts=FileArtifacts(file.parent / "artifacts"),
        wake=wake,
        published=lambda session, entries: None,
        check=check,
    )
    async with opening as journal:
        for n in range(write):
            address = Address(platform="web", thread=str(n % 40))
            said = MessageReceived(actor=Actor(id="a", name="A"), text=WORDS, message_id=str(n))
            await journal.tell(address, (said,))


def whole(file: Path) -> bytes:
    """All of it, without a log beside it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.read_bytes()


async def refused(file: Path) -> str | None:
    try:
        await opened(file)
    except JournalUnavailable as error:
        return str(error)
    return None


@pytest.mark.parametrize("fill", ["zeros", "ones", "noise"])
async def test_no_damaged_page_goes_unseen(tmp_path: Path, fill: str) -> None:
    file, chance = tmp_path / "journal.db", random.Random(7)
    await opened(file, write=150)
    sound = whole(file)
    pages = len(sound) // PAGE
    assert pages > 30
    for page in range(0, pages, 3):
        junk = {
            "zeros": bytes(PAGE), "ones": b"\xff" * PAGE, "noise": chance.randbytes(PAGE),
        }[fill]  # fmt: skip
        file.write_bytes(sound[: page * PAGE] + junk + sound[(page + 1) * PAGE :])
        said = await refused(file)
        assert said is not None, f"page {page + 1}"
        assert str(file) in said
        assert "\n" not in said
        assert "restore" in said or "name another one" in said
    file.write_bytes(sound)
    await opened(file)


async def test_a_look_ends_in_time(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    await opened(file, write=150)
    sound = whole(file)
    file.write_bytes(sound[:-PAGE] + bytes(PAGE))
    await opened(file, check=-1.0)  # what would take too long is not looked at


async def test_the_doctor_names_the_damage_and_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    await opened(file, write=150)
    sound = whole(file)
    file.write_bytes(sound[: 5 * PAGE] + b"\xff" * PAGE + sound[6 * PAGE :])
    found = await checks.database(f"sqlite:///{file}", str(file), tmp_path)
    assert found.state == "fatal"
    assert "is damaged" in found.text
    assert ".recover" in found.text
