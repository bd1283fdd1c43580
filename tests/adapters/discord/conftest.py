"""Nothing is left out in these tests because a machine was slow, and what fails in a handler ends
the test at once: discord.py logs it, and whoever waits for the effect would wait in vain."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest
from patience import PATIENCE, be_patient

from adapters.discord import commands
from adapters.discord.outbound import lazy_surface, surface, writing

DEADLINES = (
    (commands, "_PATIENCE"),
    (lazy_surface, "_SIGNING_IN"),
    (surface, "_TYPING"),
    (writing, "_COURTESY"),
)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    be_patient(monkeypatch.setattr)
    for module, deadline in DEADLINES:
        monkeypatch.setattr(module, deadline, PATIENCE)


class Failures(logging.Handler):
    """Keeps what a handler raised, which the library then ignores, and ends the running test."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is None or not record.getMessage().startswith("Ignoring exception in"):
            return
        self.found.append(error)
        for task in asyncio.all_tasks():
            if getattr(task.get_coro(), "__name__", "").startswith("test_"):
                task.cancel()


@pytest.fixture(autouse=True)
def failures() -> Iterator[None]:
    """Raises what a handler raised, after the test that caused it."""
    handler = Failures()
    loggers = [logging.getLogger(f"discord.{name}") for name in ("app_commands", "client", "ui")]
    for logger in loggers:
        logger.addHandler(handler)
    yield
    for logger in loggers:
        logger.removeHandler(handler)
    if handler.found:
        raise handler.found[0]
