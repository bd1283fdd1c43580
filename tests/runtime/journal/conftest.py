"""Journals on both databases, and the few facts that these tests are about."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from runtime.events import MessageReceived
from runtime.ids import Actor, Address, SessionId
from runtime.journal import FileArtifacts, SqlJournal

Open = Callable[..., AbstractAsyncContextManager[SqlJournal]]


class TickingClock:
    """A millisecond later at every look, so that entries of one group share their time."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now

    def monotonic(self) -> float:
        raise AssertionError("the journal never waits")

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("the journal never sleeps")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/journal.db"
    found: str = request.getfixturevalue("postgres_database")
    return found


@pytest.fixture
def open_journal(url: str, tmp_path: Path) -> Open:
    """Opens a journal on the test's database; keywords replace the defaults."""

    async def wake(session: SessionId, tx: object) -> None:
        pass

    def opened(**changes: Any) -> AbstractAsyncContextManager[SqlJournal]:
        defaults: dict[str, Any] = {
            "clock": TickingClock(),
            "artifacts": FileArtifacts(tmp_path / "artifacts"),
            "wake": wake,
            "published": lambda session, entries: None,  # pyright: ignore[reportUnknownLambdaType] -- goes into Any
        }
        return SqlJournal.open(url, **(defaults | changes))

    return opened


@pytest.fixture
def address() -> Address:
    return Address(platform="slack", team="T1", channel="C1", thread="1700000000.000100")


@pytest.fixture
def said() -> Callable[..., MessageReceived]:
    """A message by its number; the same number is the same message."""

    def make(number: int, text: str = "hello") -> MessageReceived:
        return MessageReceived(
            actor=Actor(id="U1", name="Ada"), text=text, channel="C1", message_id=str(number)
        )

    return make
