"""Tokens of workspaces: encrypted where they lie, and of no use with another key."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from runtime.errors import Misconfigured
from runtime.events import MessageReceived
from runtime.ids import Address
from runtime.journal import SqlJournal

Open = Callable[..., AbstractAsyncContextManager[SqlJournal]]
Said = Callable[..., MessageReceived]

KEY = Fernet.generate_key().decode()
only_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


async def test_a_record_survives_a_restart(open_journal: Open) -> None:
    async with open_journal() as journal:
        await journal.installations(KEY).put("slack/T1", {"bot_token": "xoxb-1", "n": 1})
    async with open_journal() as journal:
        kept = journal.installations(KEY)
        assert await kept.get("slack/T1") == {"bot_token": "xoxb-1", "n": 1}
        assert await kept.get("slack/T2") is None


async def test_a_record_is_replaced_and_deleted(open_journal: Open) -> None:
    async with open_journal() as journal:
        kept = journal.installations(KEY)
        for token in ("xoxb-1", "xoxb-2"):
            await kept.put("slack/T1", token)
        assert await kept.get("slack/T1") == "xoxb-2"
        await kept.delete("slack/T1")
        await kept.delete("slack/T1")
        assert await kept.get("slack/T1") is None


async def test_keys_are_listed_by_prefix_in_order(open_journal: Open) -> None:
    async with open_journal() as journal:
        kept = journal.installations(KEY)
        for key in ("slack/T2", "slack/T1", "slackT0", "slack%", "discord/1"):
            await kept.put(key, None)
        assert await kept.keys("slack/") == ["slack/T1", "slack/T2"]
        assert await kept.keys("slack%") == ["slack%"]


async def test_many_at_once_and_beside_appends(
    open_journal: Open, address: Address, said: Said
) -> None:
    async with open_journal() as journal:
        kept = journal.installations(KEY)
        await asyncio.gather(
            *(kept.put(f"slack/T{n % 5}", n) for n in range(20)),
            *(journal.tell(address, [said(n)]) for n in range(20)),
        )
        assert [await kept.get(f"slack/T{n}") for n in range(5)] == [15, 16, 17, 18, 19]
        assert len(await journal.sessions()) == 1


@only_sqlite
async def test_nothing_readable_reaches_the_disk(open_journal: Open, tmp_path: Path) -> None:
    async with open_journal() as journal:
        await journal.installations(KEY).put("slack/T1", {"bot_token": "xoxb-very-secret"})
    with closing(sqlite3.connect(tmp_path / "journal.db")) as other:
        ((sealed,),) = other.execute("SELECT sealed FROM installations").fetchall()
    assert "xoxb" not in sealed
    for file in (tmp_path / name for name in os.listdir(tmp_path) if "journal.db" in name):
        assert b"very-secret" not in file.read_bytes()
        assert KEY.encode() not in file.read_bytes()


async def test_another_key_is_named_as_the_reason(open_journal: Open) -> None:
    async with open_journal() as journal:
        await journal.installations(KEY).put("slack/T1", "xoxb-1")
        other = journal.installations(Fernet.generate_key().decode())
        with pytest.raises(Misconfigured, match=r"'slack/T1'.*another key.*INSTALLATIONS_KEY"):
            await other.get("slack/T1")
        assert await other.keys("slack/") == ["slack/T1"]


@only_sqlite
async def test_a_row_under_another_name_is_nobodys(open_journal: Open, tmp_path: Path) -> None:
    async with open_journal() as journal:
        await journal.installations(KEY).put("slack/T1", "xoxb-1")
        with closing(sqlite3.connect(tmp_path / "journal.db")) as other:
            other.execute("UPDATE installations SET key = 'slack/T2'")
            other.commit()
        with pytest.raises(Misconfigured, match=r"'slack/T2'.*belongs to 'slack/T1'"):
            await journal.installations(KEY).get("slack/T2")


@pytest.mark.parametrize("key", ["", "short", "ä" * 44, "A" * 44 + "=="])
async def test_what_is_no_key_is_refused_without_showing_it(open_journal: Open, key: str) -> None:
    async with open_journal() as journal:
        with pytest.raises(Misconfigured, match="is no key") as refused:
            journal.installations(key)
    assert not key or key not in str(refused.value)
