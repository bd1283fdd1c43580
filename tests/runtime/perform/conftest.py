"""A stage in a folder of the test, and the logs that the agent wrote."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator, MutableMapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from agent_stage import KEY, Stage
from structlog.testing import capture_logs

from runtime.clock import SystemClock
from runtime.ids import SessionId
from sandbox import DockerSandbox, SandboxSettings


@pytest.fixture(params=["openai", "anthropic"])
def shape(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def stage(tmp_path: Path) -> partial[Stage]:
    """Makes the stage of the test: `async with stage([Answer("Hi")]) as playing`."""
    return partial(Stage, tmp_path)


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[MutableMapping[str, Any]]]:
    """What was logged; never a key, and no segment that fell over."""
    with capture_logs() as captured:
        yield captured
    assert KEY not in str(captured)
    fallen = [entry for entry in captured if entry["event"] == "segment.failed"]
    assert not fallen, fallen


async def nobody(_: SessionId) -> bool:
    return False


@pytest.fixture
def settings(tmp_path: Path) -> SandboxSettings:
    """An installation of the test's own on the shared engine."""
    return SandboxSettings(
        workspace_root=tmp_path / "workspaces", instance=f"test-{uuid.uuid4().hex}"
    )


@pytest.fixture
async def docker(settings: SandboxSettings) -> AsyncIterator[DockerSandbox]:
    sandbox = DockerSandbox(settings, SystemClock())
    yield sandbox
    await sandbox.reaper(nobody).sweep()
    sandbox.close()
