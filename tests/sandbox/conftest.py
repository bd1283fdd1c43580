"""One installation per test: its own label on the shared engine, its own workspaces."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime.ids import SessionId
from sandbox import DockerSandbox, SandboxSettings
from sandbox.testing import Shell, WallClock


async def nobody(_: SessionId) -> bool:
    return False


@pytest.fixture
def settings(tmp_path: Path) -> SandboxSettings:
    return SandboxSettings(
        workspace_root=tmp_path / "workspaces", instance=f"test-{uuid.uuid4().hex}"
    )


@pytest.fixture
async def sandbox(settings: SandboxSettings) -> AsyncIterator[DockerSandbox]:
    sandbox = DockerSandbox(settings, WallClock())
    yield sandbox
    await sandbox.reaper(nobody).sweep()
    sandbox.close()


@pytest.fixture
def shell(sandbox: DockerSandbox) -> Shell:
    return Shell(sandbox, SessionId("box"))
