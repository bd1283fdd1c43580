"""One process serves a database; the second is told which."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from runtime.errors import DatabaseBusy
from runtime.journal import exclusive

SECOND = """
import asyncio, sys
from runtime.errors import DatabaseBusy
from runtime.journal import exclusive

async def main():
    try:
        async with exclusive(sys.argv[1]):
            print("served")
    except DatabaseBusy as error:
        print(error)

asyncio.run(main())
"""


async def second(url: str) -> str:
    """What another process says when it wants to serve the same database."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SECOND, url,
        stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode().strip()


async def test_the_second_process_is_told_by_whom(url: str) -> None:
    async with exclusive(url, "http://127.0.0.1:8080"):
        said = await second(url)
        with pytest.raises(DatabaseBusy):
            async with exclusive(url):
                pass
    assert "\n" not in said
    assert f"is served by process {os.getpid()}" in said
    assert "http://127.0.0.1:8080" in said
    assert "stop it, or give this one a database of its own" in said
    assert ("journal.db" if url.startswith("sqlite") else "database test_") in said
    assert await second(url) == "served"
    async with exclusive(url):
        assert f"process {os.getpid()}" in await second(url)


async def test_a_lock_without_words_is_still_a_lock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/journal.db"
    async with exclusive(url):
        (tmp_path / "new" / "journal.db.lock").write_text("")
        with pytest.raises(DatabaseBusy, match="is served by another process"):
            async with exclusive(url):
                pass


@pytest.mark.postgres
async def test_databases_of_one_server_are_locked_apart(
    postgres_database: str, postgres_url: str
) -> None:
    async with exclusive(postgres_database, "first"), exclusive(postgres_url, "other"):
        assert "first" in await second(postgres_database)
