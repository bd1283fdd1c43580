"""One process serves a database; the second is told which."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from lost_lock import lose
from postgres_server import postgres_server, start, stop

from runtime.clock import SystemClock
from runtime.errors import DatabaseBusy, LockLost
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


async def test_a_lost_lock_is_noticed_and_taken_again(url: str) -> None:
    async with exclusive(url) as lock:
        await lock.prove()
        await lose(url)
        for _ in range(2):
            with pytest.raises(LockLost, match="is lost"):
                await lock.prove()
        await lock.retake(SystemClock())
        await lock.prove()
        assert f"process {os.getpid()}" in await second(url)
    assert await second(url) == "served"


async def test_who_took_it_meanwhile_keeps_it(url: str) -> None:
    async with exclusive(url, "the old one") as lock:
        await lose(url)
        async with exclusive(url, "the new one"):
            with pytest.raises(LockLost):
                await lock.prove()
            with pytest.raises(DatabaseBusy, match="the new one"):
                await lock.retake(SystemClock())
    assert await second(url) == "served"


@pytest.mark.parametrize("how", ["moved", "replaced", "linked", "folder"])
async def test_a_lock_file_is_known_by_what_it_is_not_by_its_name(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "data"
    file = folder / "journal.db.lock"
    async with exclusive(f"sqlite:///{folder}/journal.db") as lock:
        match how:
            case "moved":
                file.rename(folder / "old.lock")
            case "replaced":
                (folder / "new.lock").write_bytes(file.read_bytes())
                (folder / "new.lock").replace(file)
            case "linked":
                file.rename(folder / "old.lock")
                (folder / "other.lock").touch()
                file.symlink_to("other.lock")
            case _:
                folder.rename(tmp_path / "elsewhere")
        with pytest.raises(LockLost, match="deleted or replaced"):
            await lock.prove()


async def test_a_proof_that_is_given_up_costs_no_lock(url: str) -> None:
    async with exclusive(url) as lock:
        for rounds in range(8):
            proving = asyncio.ensure_future(lock.prove())
            for _ in range(rounds):
                await asyncio.sleep(0)
            proving.cancel()
            await asyncio.gather(proving, return_exceptions=True)
        await asyncio.gather(*[lock.prove() for _ in range(20)])


@pytest.mark.postgres
async def test_a_server_that_comes_back_gives_the_lock_again() -> None:
    with postgres_server() as url:
        async with exclusive(url) as lock:
            stop(url)
            with pytest.raises(LockLost, match="is cut"):
                await lock.prove()
            taking = asyncio.ensure_future(lock.retake(SystemClock()))
            await asyncio.sleep(0)
            assert not taking.done()
            start(url)
            await taking
            await lock.prove()
            assert "is served by" in await second(url)
