"""Bodies on their way to the row and back."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from typing import get_args

import pytest

from runtime.errors import JournalUnavailable
from runtime.events import MessageReceived, Recorded
from runtime.facts import FACT, Fact, Internal
from runtime.ids import Address, session_id
from runtime.journal import FileArtifacts, SqlJournal
from runtime.journal.codec import INLINE, LARGEST, Codec, draft
from runtime.ports import Appended

Open = Callable[..., AbstractAsyncContextManager[SqlJournal]]
Said = Callable[..., MessageReceived]
Exact = Callable[[int, str], Fact]


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def exact(said: Said) -> Exact:
    """A fact whose body has exactly so many bytes, by repeating one character."""

    def make(size: int, character: str) -> Fact:
        room = size - len(FACT.dump_json(said(1, "")))
        width = len(character.encode())
        return said(1, character * (room // width) + "x" * (room % width))

    return make


@pytest.mark.parametrize("character", ["x", "ü", "🙂"])
@pytest.mark.parametrize(
    ("size", "files"), [(1_000, 0), (INLINE, 0), (INLINE + 1, 1), (LARGEST, 1)]
)
async def test_large_bodies_stand_in_files(
    tmp_path: Path, exact: Exact, size: int, files: int, character: str
) -> None:
    codec = Codec(FileArtifacts(tmp_path))
    fact = exact(size, character)
    assert len(FACT.dump_json(fact)) == size
    item = await codec.placed(draft(fact, None))
    found = stored(tmp_path)
    assert len(found) == files
    if files:
        assert json.loads(item.body) == {"type": "message_received", "artifact": found[0].name}
    assert await codec.load(item.body) == fact
    assert await codec.placed(item) == item  # twice changes nothing


async def test_a_large_body_comes_back_from_the_database(
    open_journal: Open, address: Address, said: Said, tmp_path: Path
) -> None:
    facts = [said(n, "🙂" * 30_000) for n in (1, 2, 3)]
    async with open_journal() as journal:
        told = await journal.tell(address, facts[:1])
        guarded = await journal.tell(address, lambda _: facts[1:])
        read = [entry.fact for entry in await journal.read(session_id(address))]
        assert read == facts
    assert isinstance(told, Appended)
    assert isinstance(guarded, Appended)
    assert [entry.fact for entry in (*told.entries, *guarded.entries)] == facts
    assert len(stored(tmp_path / "artifacts")) == 3


async def test_a_lost_artifact_is_named(
    open_journal: Open, address: Address, said: Said, tmp_path: Path
) -> None:
    async with open_journal() as journal:
        await journal.tell(address, [said(1, "x" * 100_000)])
        (file,) = stored(tmp_path / "artifacts")
        file.unlink()
        with pytest.raises(JournalUnavailable, match=f"{file.name} .* restore the artifacts"):
            await journal.read(session_id(address))
        guarded, other = await asyncio.gather(
            journal.tell(address, lambda _: [said(2)]),  # its guard needs what is lost
            journal.tell(Address(platform="slack", thread="other"), [said(1)]),
            return_exceptions=True,
        )
    assert isinstance(guarded, JournalUnavailable)
    assert isinstance(other, Appended)


async def test_fields_that_are_unknown_are_passed_over(tmp_path: Path, said: Said) -> None:
    body = json.loads(FACT.dump_json(said(1)))
    body |= {"mood": "bright", "artifact": "0" * 64}
    body["actor"]["shoe_size"] = 43
    assert await Codec(FileArtifacts(tmp_path)).load(json.dumps(body)) == said(1)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_fact_of_a_newer_version_is_named(
    address: Address, said: Said, tmp_path: Path, open_journal: Open
) -> None:
    async with open_journal() as journal:
        await journal.tell(address, [said(1)])
        with closing(sqlite3.connect(tmp_path / "journal.db")) as other:
            other.execute("""UPDATE entries SET body = '{"type": "dreamt"}'""")
            other.commit()
        with pytest.raises(JournalUnavailable, match=r"dreamt.*start the newer version"):
            await journal.read(session_id(address))


@pytest.mark.parametrize("kind", [*get_args(Recorded), *get_args(Internal)])
def test_no_fact_looks_like_a_reference(kind: type[Fact]) -> None:
    assert set(kind.model_fields) != {"type", "artifact"}
