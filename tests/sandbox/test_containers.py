"""Containers: made once, told truthfully, found again, replaced, removed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docker import APIClient

from runtime.errors import JournalUnavailable
from runtime.ids import SessionId
from runtime.ports import Sandbox, SandboxSpec
from sandbox import DockerSandbox, SandboxSettings
from sandbox.containers import Containers
from sandbox.docker_engine import DockerEngine, Listed
from sandbox.errors import ContainerGone
from sandbox.host_paths import HostPaths
from sandbox.identity import AGENT_UID
from sandbox.testing import Shell, WallClock

pytestmark = pytest.mark.docker

BOX = SessionId("box")


class Operator:
    """Somebody with their own connection to the engine."""

    def __init__(self, settings: SandboxSettings) -> None:
        self.api: Any = APIClient(version="auto")  # its stubs leave replies without a type
        self.settings = settings

    def ids(self) -> list[str]:
        label = f"ai.aether.instance={self.settings.instance}"
        found = self.api.containers(all=True, filters={"label": label})
        return [str(entry["Id"]) for entry in found]

    def labels(self, task: str, seconds: float = 3600) -> dict[str, str]:
        return {
            "ai.aether": "sandbox",
            "ai.aether.instance": self.settings.instance,
            "ai.aether.task": task,
            "ai.aether.ends": str(int(WallClock().monotonic() + seconds)),
        }

    def plant(self, labels: dict[str, str], start: bool = True) -> str:
        """A container that is not of our making."""
        host = self.api.create_host_config(network_mode="none", mem_limit="128m", auto_remove=True)
        command = ["sleep", "600"]
        made = self.api.create_container(
            self.settings.image, command, labels=labels, host_config=host
        )
        if start:
            self.api.start(made["Id"])
        return str(made["Id"])


@pytest.fixture
def operator(settings: SandboxSettings) -> Iterator[Operator]:
    operator = Operator(settings)
    yield operator
    for container in operator.ids():
        operator.api.remove_container(container, force=True)
    operator.api.close()


async def test_it_is_a_sandbox(sandbox: DockerSandbox) -> None:
    port: Sandbox = sandbox
    assert (await port.prepare(BOX, SandboxSpec())).isolation == "Docker, no network, 512 MB"


async def test_preparing_many_times_at_once_makes_one(
    sandbox: DockerSandbox, operator: Operator
) -> None:
    prepared = await asyncio.gather(*(sandbox.prepare(BOX, SandboxSpec()) for _ in range(8)))
    assert {each.isolation for each in prepared} == {"Docker, no network, 512 MB"}
    assert len({each.container for each in prepared}) == 1
    assert len(operator.ids()) == 1


async def test_the_engine_holds_every_limit(sandbox: DockerSandbox, operator: Operator) -> None:
    await sandbox.prepare(BOX, SandboxSpec())
    found = operator.api.inspect_container(operator.ids()[0])
    host = found["HostConfig"]
    wanted: dict[str, Any] = {
        "NetworkMode": "none",
        "Memory": 512 << 20,
        "MemorySwap": 512 << 20,
        "NanoCpus": 10**9,
        "PidsLimit": 256,
        "CapDrop": ["ALL"],
        "CapAdd": None,
        "SecurityOpt": ["no-new-privileges:true"],
        "ReadonlyRootfs": True,
        "IpcMode": "private",
        "AutoRemove": True,
        "OomScoreAdj": 500,
        "Privileged": False,
        "LogConfig": {"Type": "none", "Config": {}},
    }
    assert {name: host[name] for name in wanted} == wanted
    assert {limit["Name"] for limit in host["Ulimits"]} == {"nofile", "core", "fsize"}
    assert found["Config"]["Hostname"] == "sandbox"
    assert [mount["Destination"] for mount in found["Mounts"]] == ["/workspace"]


async def test_a_weaker_container_is_told_as_it_is(
    sandbox: DockerSandbox, operator: Operator
) -> None:
    operator.plant(operator.labels(BOX))
    prepared = await sandbox.prepare(BOX, SandboxSpec())
    assert prepared.isolation == "Docker, no network, 128 MB, writable system, with capabilities"


async def test_a_new_process_finds_the_container(
    settings: SandboxSettings, shell: Shell, operator: Operator
) -> None:
    await shell.sh("echo kept > /tmp/here")
    heir = DockerSandbox(settings, WallClock())
    try:
        assert (await heir.prepare(BOX, SandboxSpec())).isolation == "Docker, no network, 512 MB"
        assert (await Shell(heir, BOX).sh("cat /tmp/here", call="next")).stdout == "kept\n"
        assert len(operator.ids()) == 1
    finally:
        heir.close()


async def test_what_never_started_is_replaced(sandbox: DockerSandbox, operator: Operator) -> None:
    dead = operator.plant(operator.labels(BOX), start=False)
    assert (await sandbox.prepare(BOX, SandboxSpec())).isolation == "Docker, no network, 512 MB"
    assert dead not in operator.ids()


async def test_what_is_about_to_end_is_replaced(sandbox: DockerSandbox, operator: Operator) -> None:
    old = operator.plant(operator.labels(BOX, seconds=5))
    assert (await sandbox.prepare(BOX, SandboxSpec())).isolation == "Docker, no network, 512 MB"
    assert old not in operator.ids()


async def test_a_lost_container_is_made_again_and_the_workspace_stays(
    shell: Shell, operator: Operator
) -> None:
    await shell.sh("echo kept > file; echo lost > /tmp/file")
    operator.api.remove_container(operator.ids()[0], force=True)
    ran = await shell.sh("cat file; cat /tmp/file")
    assert ran.stdout == "kept\n"
    assert "No such file" in ran.stderr


async def test_remove_keeps_the_workspace(shell: Shell, operator: Operator) -> None:
    await shell.sh("echo kept > file")
    await shell.sandbox.remove(BOX)
    await shell.sandbox.remove(BOX)
    assert operator.ids() == []
    assert (await shell.sandbox.read(BOX, "file", 100)).data == b"kept\n"


async def test_a_container_ends_by_itself(settings: SandboxSettings, operator: Operator) -> None:
    sandbox = DockerSandbox(replace(settings, ttl=1), WallClock())
    try:
        with suppress(ContainerGone):  # a slow machine looks at it when it has ended
            await sandbox.prepare(BOX, SandboxSpec())
        async with asyncio.timeout(60):
            while operator.ids():  # noqa: ASYNC110  the engine's own affair
                await asyncio.sleep(0.05)
    finally:
        sandbox.close()


async def test_both_sides_may_change_the_workspace(shell: Shell, tmp_path: Path) -> None:
    await shell.sandbox.write(BOX, "src/deep/run.sh", b"echo one\n")
    ran = await shell.sh(
        "chmod +x src/deep/run.sh; echo two >> src/deep/run.sh; rmdir /x; ls -ld ."
    )
    assert "agent" in ran.stdout
    await shell.sandbox.write(BOX, "src/deep/run.sh", b"#!/bin/sh\necho three\n")
    assert (await shell.run("src/deep/run.sh")).stdout == "three\n"
    assert (await shell.sh("touch src/deep/more src/more && rm -r src")).exited.code == 0
    assert (tmp_path / "workspaces" / "box").stat().st_uid == AGENT_UID


@pytest.mark.parametrize("name", ["../../etc", "a/b", ".hidden", "x" * 300, "ümlaut"])
async def test_a_box_name_never_chooses_a_path(
    sandbox: DockerSandbox, settings: SandboxSettings, name: str
) -> None:
    await sandbox.write(SessionId(name), "file", b"x")
    (folder,) = settings.workspace_root.iterdir()
    assert [found.name for found in folder.iterdir()] == ["file"]


class Vanishing(DockerEngine):
    """What it lists has ended by the time that anybody looks closer."""

    async def listed(self, *labels: str) -> list[Listed]:
        found = await super().listed(*labels)
        for container in found:
            await self.remove(container.id)
        return found


async def test_a_container_that_ends_while_it_is_looked_for_is_not_found(
    settings: SandboxSettings, operator: Operator
) -> None:
    operator.plant(operator.labels(BOX))
    engine = Vanishing(None)
    folders = HostPaths(settings.workspace_root, None)
    try:
        assert await Containers(engine, settings, folders, WallClock()).found(BOX) is None
    finally:
        engine.close()


# --- the reaper ----------------------------------------------------------------------------------


async def test_the_reaper_takes_only_what_nobody_needs(
    sandbox: DockerSandbox, operator: Operator
) -> None:
    living = operator.plant(operator.labels("living"))
    dead = operator.plant(operator.labels("dead"))
    overdue = operator.plant(operator.labels("overdue", seconds=-5))
    foreign_label = operator.labels("dead") | {
        "ai.aether.instance": operator.settings.instance + "x"
    }
    foreign = operator.plant(foreign_label)
    unmarked = operator.plant({"ai.aether.instance": operator.settings.instance})

    asked: list[SessionId] = []

    async def needed(session: SessionId) -> bool:
        asked.append(session)
        return session in ("living", "overdue")

    try:
        assert await sandbox.reaper(needed).sweep() == 1
        assert sorted(asked) == ["dead", "living", "overdue"]
        left = operator.ids()
        assert living in left
        assert unmarked in left
        assert dead not in left
        assert overdue in left, "the clock may have been set"
        assert operator.api.inspect_container(foreign)["State"]["Running"]
    finally:
        operator.api.remove_container(foreign, force=True)


async def test_the_reaper_sweeps_again_after_every_minute_whatever_failed(
    settings: SandboxSettings, operator: Operator
) -> None:
    naps: list[float] = []

    class Clock(WallClock):
        async def sleep(self, seconds: float) -> None:
            naps.append(seconds)
            if len(naps) > 2:
                raise asyncio.CancelledError
            operator.plant(operator.labels("born later"))

    async def needed(_: SessionId) -> bool:
        if not naps:
            raise JournalUnavailable("the server is started again")
        return False

    operator.plant(operator.labels("dead"))
    sandbox = DockerSandbox(settings, Clock())
    try:
        with pytest.raises(asyncio.CancelledError):
            await sandbox.reaper(needed).serve()
    finally:
        sandbox.close()
    assert naps == [60, 60, 60]
    assert operator.ids() == []


async def test_who_has_a_container_is_known_the_oldest_first(sandbox: DockerSandbox) -> None:
    names = [SessionId("b"), SessionId("a"), SessionId("c")]
    for name in names:
        await sandbox.prepare(name, SandboxSpec())
    assert await sandbox.boxes() == names
    await sandbox.remove(names[1])
    assert await sandbox.boxes() == [names[0], names[2]]
