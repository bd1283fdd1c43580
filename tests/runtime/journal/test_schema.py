"""The schema that the migrations build is the one that the code sees."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event

from runtime.clock import SystemClock
from runtime.errors import Misconfigured
from runtime.events import MessageReceived
from runtime.ids import Address, Seq, session_id
from runtime.journal import SqlJournal
from runtime.journal.database import parsed
from runtime.journal.schema import NEWEST
from runtime.journal.tables import METADATA

Open = Callable[..., AbstractAsyncContextManager[SqlJournal]]
Said = Callable[..., MessageReceived]


def test_the_history_has_one_end() -> None:
    config = Config()
    config.set_main_option("script_location", "runtime.journal:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [NEWEST]


def differences(connection: Connection) -> list[object]:
    return compare_metadata(MigrationContext.configure(connection), METADATA)


async def test_the_migrations_build_what_the_code_sees(open_journal: Open, url: str) -> None:
    async with open_journal():
        pass
    found = parsed(url)
    drivers = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
    engine = create_engine(found.set(drivername=drivers[found.drivername]))
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_newer_database_is_left_alone(open_journal: Open, tmp_path: Path) -> None:
    async with open_journal():
        pass
    with closing(sqlite3.connect(tmp_path / "journal.db")) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        other.commit()
    with pytest.raises(Misconfigured, match=r"has schema 9999.*start the newer version"):
        async with open_journal():
            pass


PROCESS = """
import asyncio, sys
from pathlib import Path
from runtime.clock import SystemClock
from runtime.events import Notice
from runtime.ids import Address, Seq, session_id
from runtime.journal import FileArtifacts, SqlJournal

async def wake(session, tx):
    pass

async def main(url, name):
    async with SqlJournal.open(
        url, clock=SystemClock(), artifacts=FileArtifacts(Path("unused")),
        wake=wake, published=lambda session, entries: None,
    ) as journal:
        await journal.tell(Address(platform="slack", thread=name), [Notice(text="hello")])

asyncio.run(main(*sys.argv[1:]))
"""


async def test_processes_that_start_together_take_turns(open_journal: Open, url: str) -> None:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROCESS, url, str(n), cwd=Path(__file__).parents[3]
        )
        for n in range(4)
    ]
    assert await asyncio.gather(*(process.wait() for process in processes)) == [0] * 4
    async with open_journal() as journal:
        assert len(await journal.sessions()) == 4


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # PostgreSQL chooses by size
async def test_no_query_reads_a_whole_table(
    open_journal: Open, address: Address, said: Said, tmp_path: Path
) -> None:
    session, asked = session_id(address), dict[str, Any]()

    def sent(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked[statement] = values

    async with open_journal() as journal:
        event.listen(Engine, "before_cursor_execute", sent)
        try:
            await journal.tell(address, [said(1)])
            await journal.tell(address, lambda _: [said(2)])
            await journal.append(session, [said(1)], expect=Seq(1))
            await journal.read(session)
            await journal.session(session)
            await journal.open_work(SystemClock().now())
            await journal.next_due()
            await journal.refs.all(session)
            await journal.refs.lookup(session, "card")
        finally:
            event.remove(Engine, "before_cursor_execute", sent)
    with closing(sqlite3.connect(tmp_path / "journal.db")) as database:
        plans = {
            statement: str(database.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall())
            for statement, values in asked.items()
        }
    assert len(plans) >= 9
    assert [(s, plan) for s, plan in plans.items() if "USING" not in plan] == []
