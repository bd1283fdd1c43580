"""The size of a container is that of the run it is prepared for."""

from __future__ import annotations

import pytest
from docker import APIClient

from runtime.ids import SessionId
from runtime.ports import SandboxSpec
from sandbox import DockerSandbox, SandboxSettings
from sandbox.testing import Shell, WallClock

pytestmark = pytest.mark.docker

BOX = SessionId("box")
SMALL = SandboxSpec(memory_mb=96, pids=32, cpus=0.5, tmp_mb=8)
TOO_MUCH = "head -c 9M /dev/zero > /tmp/f"


async def test_the_size_of_a_run_reaches_the_engine(sandbox: DockerSandbox, shell: Shell) -> None:
    assert (await sandbox.prepare(BOX, SMALL)).isolation == "Docker, no network, 96 MB"
    assert "No space left" in (await shell.sh(TOO_MUCH)).stderr


async def test_a_run_of_another_size_gets_another_container(
    settings: SandboxSettings, sandbox: DockerSandbox
) -> None:
    large = await sandbox.prepare(BOX, SandboxSpec())
    small = await sandbox.prepare(BOX, SMALL)
    assert large.isolation == "Docker, no network, 512 MB"
    assert small.isolation == "Docker, no network, 96 MB"
    heir = DockerSandbox(settings, WallClock())
    try:
        assert await heir.prepare(BOX, SMALL) == small
        assert (await heir.prepare(BOX, SandboxSpec())).isolation == large.isolation
    finally:
        heir.close()


async def test_a_container_that_is_lost_comes_back_as_it_was(
    sandbox: DockerSandbox, shell: Shell
) -> None:
    made = await sandbox.prepare(BOX, SMALL)
    APIClient(version="auto").remove_container(made.container, force=True)
    assert "No space left" in (await shell.sh(TOO_MUCH)).stderr
