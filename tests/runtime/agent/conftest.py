"""A stage in a folder of the test, and the logs that the agent wrote."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from agent_stage import KEY, Stage
from structlog.testing import capture_logs


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
