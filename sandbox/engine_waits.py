"""Requests to the Docker engine that look until something is so. They block: for threads only."""

from __future__ import annotations

import time
from typing import Any

_LOOK = 0.02
"""Seconds between two looks at the keeper."""

_SOON = 0.005
"""Seconds between two looks at an exec that has ended."""


def exit_status(api: Any, exec_id: str, patience: float) -> int | None:
    """The stream of an exec ends a moment before the engine knows its status."""
    deadline = time.monotonic() + patience
    while (found := api.exec_inspect(exec_id))["Running"] or found["ExitCode"] is None:
        if time.monotonic() > deadline:
            return None
        time.sleep(_SOON)
    return int(found["ExitCode"])


def end_everything(api: Any, container: str, patience: float) -> None:
    """Signal the keeper and wait until it shows another name; TimeoutError if it does not."""
    keeper = str(api.inspect_container(container)["State"]["Pid"])

    def name() -> str:
        rows = api.top(container, ps_args="-eo pid,comm")["Processes"] or ()  # none: it is dying
        return next((comm for pid, comm in rows if pid == keeper), "")

    before = name()
    api.kill(container, "SIGUSR1")
    deadline = time.monotonic() + patience
    while name() == before:
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(_LOOK)
