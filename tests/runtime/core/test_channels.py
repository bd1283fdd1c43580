"""Live feeds: what nobody reads, and what never was, is not kept."""

from __future__ import annotations

from runtime.clock import SystemClock
from runtime.events import Phase, StateChange
from runtime.ids import SessionId
from runtime.live.hub import Hub

HERE = SessionId("s")


def channels(hub: Hub) -> int:
    return len(hub._channels)  # pyright: ignore[reportPrivateUsage]  what leaks is seen nowhere else


def test_who_asks_for_sessions_that_do_not_exist_leaves_nothing() -> None:
    hub = Hub(SystemClock())
    for number in range(9):
        with hub.subscribe(SessionId(f"s{number}")), hub.subscribe(SessionId(f"s{number}")):
            pass
    assert channels(hub) == 0


def test_a_session_with_news_is_kept() -> None:
    hub = Hub(SystemClock())
    with hub.subscribe(HERE) as first:
        with hub.subscribe(HERE):
            pass
        hub.broadcast(HERE, None, StateChange(before=Phase.IDLE, after=Phase.PLANNING))
        assert len(first.drain()) == 1
    assert channels(hub) == 1
    hub.drop(HERE)
    assert channels(hub) == 0
