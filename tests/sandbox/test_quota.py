"""What a workspace may take of the host's disk, in a real container."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from runtime.errors import ToolError
from runtime.ids import CallId, SessionId
from runtime.ports import Command
from sandbox import DockerSandbox, SandboxSettings
from sandbox.testing import SOON, Shell, WallClock, collect

pytestmark = pytest.mark.docker

BOX = SessionId("box")
THREE_GB = "for i in $(seq 30); do head -c 100M /dev/zero > big$i; done; echo done"


@pytest.fixture
def settings(settings: SandboxSettings) -> SandboxSettings:
    return replace(settings, workspace_mb=20, workspace_files=200)


async def test_a_call_that_fills_the_disk_is_ended(shell: Shell) -> None:
    ran = await shell.sh(f"{THREE_GB}; sleep 600")
    assert (ran.exited.code, ran.exited.why) == (None, "quota")
    assert "more than the 20 MiB" in ran.exited.notes[0]
    assert "sandbox.workspace_mb" in ran.exited.notes[0]
    await shell.until(lambda names: names == [])


async def test_a_call_that_makes_files_without_end_is_ended(shell: Shell) -> None:
    ran = await shell.sh("mkdir d; for i in $(seq 60000); do : > d/$i; done; sleep 600")
    assert (ran.exited.code, ran.exited.why) == (None, "quota")
    assert "more than the 200 files and folders" in ran.exited.notes[0]


@pytest.mark.parametrize(
    "script",
    [
        "head -c 30M /dev/zero > big",
        "mkdir -p .git node_modules; head -c 15M /dev/zero > .git/a; cp .git/a node_modules/b",
        "mkdir d; head -c 30M /dev/zero > d/big; chmod 0 d",
        "touch $(seq 201)",
    ],
    ids=["bytes", "folded folders", "closed folder", "files"],
)
async def test_a_short_call_that_took_too_much_says_so(shell: Shell, script: str) -> None:
    ran = await shell.sh(f"{script}; exit 4")
    assert (ran.exited.code, ran.exited.why) == (4, "quota")
    assert "Delete what is not needed" in ran.exited.notes[0]


async def test_what_is_too_much_can_be_deleted_but_not_grow(shell: Shell) -> None:
    await shell.sh("head -c 30M /dev/zero > big")
    with pytest.raises(ToolError, match="more than the 20 MiB"):
        await shell.sandbox.write(shell.box, "small", b"x")
    assert (await shell.sh("ls; echo x > note")).exited.why == "quota"
    ran = await shell.sh("rm big note")
    assert (ran.exited.code, ran.exited.why, ran.exited.notes) == (0, "exit", ())
    await shell.sandbox.write(shell.box, "small", b"x")


async def test_without_limits_all_is_well(settings: SandboxSettings) -> None:
    free = DockerSandbox(
        replace(settings, workspace_mb=0, workspace_files=0, disk_reserve_mb=0), WallClock()
    )
    shell = Shell(free, BOX)
    try:
        ran = await shell.sh("head -c 30M /dev/zero > big; touch $(seq 300)")
        assert (ran.exited.code, ran.exited.why, ran.exited.notes) == (0, "exit", ())
    finally:
        await free.remove(BOX)
        free.close()


async def test_files_within_the_reserve_of_the_disk_are_not_written(
    settings: SandboxSettings,
) -> None:
    free = shutil.disk_usage(settings.workspace_root.parent).free >> 20
    full = DockerSandbox(replace(settings, disk_reserve_mb=free + (1 << 20)), WallClock())
    shell = Shell(full, BOX)
    try:
        for refused in (shell.sh("true"), full.write(BOX, "f", b"x")):
            with pytest.raises(ToolError, match="until people free some space"):
                await refused
        reading = Command(("echo", "read"), SOON, writes=False)
        ran = await collect(full.run(BOX, CallId("reads"), reading))
        assert ran.stdout == "read\n"
    finally:
        await full.remove(BOX)
        full.close()


@pytest.fixture
async def heir(settings: SandboxSettings, sandbox: DockerSandbox) -> AsyncIterator[Shell]:
    other = DockerSandbox(settings, WallClock())
    yield Shell(other, BOX)
    other.close()


async def test_who_takes_a_call_up_keeps_its_quota(shell: Shell, heir: Shell) -> None:
    running = shell.start("bash", "-c", f"echo up; {THREE_GB}; sleep 600", call="big")
    async for _ in running:
        break
    await running.aclose()
    ran = await asyncio.wait_for(collect(heir.sandbox.attach(heir.box, CallId("big"))), SOON)
    assert ran.exited.why == "quota"
