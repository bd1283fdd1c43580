"""The fake sandbox keeps the promises of the port, also across a SIGKILL."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from child_process import child

from runtime.errors import CallGone, ToolError, UnsafePath
from runtime.ids import CallId, SessionId
from runtime.ports import Command, Exited, FileBytes, FileEntry, Listing, Output, Running
from runtime.testing.sandbox import FakeSandbox
from runtime.testing.shelf import Shelf

BOX, CALL = SessionId("box"), CallId("s.1.t1.0")
COMMAND = Command(("bash", "-c", "deploy"), 60)
DEPLOYED = [Output("deploying\n"), Exited(0, "exit", 2.0, ("+log",))]
ROOT = Path(__file__).parents[3]


def deploys(argv: tuple[str, ...]) -> bool:
    return argv[-1] == "deploy"


async def everything(running: Running) -> list[Output | Exited]:
    return [item async for item in running]


async def test_an_unscripted_command_is_a_mistake_of_the_test() -> None:
    with pytest.raises(LookupError, match="deploy"):
        await everything(FakeSandbox().run(BOX, CALL, COMMAND))


async def test_a_new_process_attaches_to_a_finished_call(tmp_path: Path) -> None:
    before = FakeSandbox(Shelf(tmp_path))
    before.on(deploys, *DEPLOYED)
    running = before.run(BOX, CALL, COMMAND)
    await anext(running)
    await running.aclose()  # the driver dies here
    after = FakeSandbox(Shelf(tmp_path))
    after.on(deploys, Output("another deployment"))
    assert await everything(after.attach(BOX, CALL)) == DEPLOYED
    assert after.effects == {f"run {CALL}": 1}


async def test_a_call_that_still_runs_ends_when_the_test_says_so(tmp_path: Path) -> None:
    before = FakeSandbox(Shelf(tmp_path))
    before.on(deploys, *DEPLOYED, until=asyncio.Event())
    running = before.run(BOX, CALL, COMMAND)
    await anext(running)
    await running.aclose()
    done = asyncio.Event()
    after = FakeSandbox(Shelf(tmp_path))
    after.on(deploys, *DEPLOYED, until=done)
    attached = after.attach(BOX, CALL)
    assert await anext(attached) == DEPLOYED[0]
    rest = asyncio.ensure_future(anext(attached))
    await asyncio.wait([rest], timeout=0)
    assert not rest.done()
    done.set()
    assert await rest == DEPLOYED[1]
    await attached.aclose()


async def test_a_removed_container_takes_its_calls_along_but_not_its_files(tmp_path: Path) -> None:
    sandbox = FakeSandbox(Shelf(tmp_path))
    sandbox.on(deploys, *DEPLOYED)
    await everything(sandbox.run(BOX, CALL, COMMAND))
    await sandbox.write(BOX, "n", b"1")
    await sandbox.remove(BOX)
    with pytest.raises(CallGone):
        await everything(sandbox.attach(BOX, CALL))
    assert sandbox.files(BOX) == {"n": b"1"}
    await everything(sandbox.run(BOX, CALL, COMMAND))
    assert sandbox.effects == {f"run {CALL}": 2, "write box n": 1}


async def test_stop_ends_what_runs() -> None:
    sandbox = FakeSandbox()
    sandbox.on(deploys, *DEPLOYED, until=asyncio.Event())
    running = sandbox.run(BOX, CALL, COMMAND)
    await anext(running)
    await sandbox.stop(BOX)
    assert await anext(running) == Exited(None, "stopped", 0.0)
    await running.aclose()


async def test_files() -> None:
    sandbox = FakeSandbox()
    await sandbox.write(BOX, "/workspace/b/c", b"123")
    await sandbox.write(BOX, "a", b"")
    assert await sandbox.read(BOX, "b/c", 2) == FileBytes(b"12", 3)
    assert (await sandbox.list(BOX, "", 9)).entries == (
        FileEntry("a", 0, "file"),
        FileEntry("b", 0, "dir"),
        FileEntry("b/c", 3, "file"),
    )
    assert (await sandbox.list(BOX, "b", 9)).entries == (FileEntry("b/c", 3, "file"),)
    assert len((await sandbox.list(BOX, ".", 1)).entries) == 1
    assert (await sandbox.list(BOX, ".", 1)).unseen
    assert await sandbox.list(SessionId("other"), ".", 9) == Listing(())
    for path in ("/etc/passwd", "../x"):
        with pytest.raises(UnsafePath):
            await sandbox.read(BOX, path, 9)
    with pytest.raises(UnsafePath):
        await sandbox.write(BOX, ".", b"")
    with pytest.raises(ToolError, match="no folder"):
        await sandbox.list(BOX, "a", 9)


CHILD = """
import asyncio, sys
from pathlib import Path
from runtime.ids import CallId, SessionId
from runtime.ports import Command, Exited, Output
from runtime.testing.sandbox import FakeSandbox
from runtime.testing.shelf import Shelf

async def main():
    sandbox = FakeSandbox(Shelf(Path(sys.argv[1])))
    script = [Output("deploying\\n"), Exited(0, "exit", 2.0, ("+log",))]
    sandbox.on(lambda argv: argv[-1] == "deploy", *script, until=asyncio.Event())
    command = Command(("bash", "-c", "deploy"), 60)
    running = sandbox.run(SessionId("box"), CallId("s.1.t1.0"), command)
    async for item in running:
        print(item.text, flush=True)

asyncio.run(main())
"""


@pytest.mark.crash
def test_a_killed_process_leaves_its_call_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    with child(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"deploying\n"
        process.send_signal(signal.SIGKILL)
    sandbox = FakeSandbox(Shelf(tmp_path))
    sandbox.on(deploys)
    assert asyncio.run(everything(sandbox.attach(BOX, CALL))) == DEPLOYED
    assert sandbox.effects == {f"run {CALL}": 1}


def test_a_shelf_is_a_mapping(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "new")
    shelf["file box a/b ~é%"] = b"1"
    shelf["x"] = b"2"
    shelf["x"] = b"3"
    assert dict(shelf) == {"file box a/b ~é%": b"1", "x": b"3"}
    del shelf["x"]
    assert len(Shelf(tmp_path / "new")) == 1
    for act in (lambda: shelf["x"], lambda: shelf.pop("x")):
        with pytest.raises(KeyError):
            act()
