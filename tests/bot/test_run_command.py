"""Coming back to a session in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from bot.run import address_of
from bot.service import Service
from runtime.errors import Misconfigured
from runtime.events import MessageReceived
from runtime.ids import Actor, Address, session_id
from runtime.testing.model import Line

SLACK = Address(platform="slack", team="T1", channel="C1", thread="1.000001")
HERE = Address(platform="terminal", thread="t1")


async def test_an_old_session_is_found_however_many_came_after_it(
    open_fake_house: Callable[..., AbstractAsyncContextManager[Service]],
) -> None:
    rooms = [Address(platform="terminal", thread=str(n)) for n in range(120)]
    async with open_fake_house(Line(text="Hi.")) as service:
        for room in rooms:
            await service.tell(room, (_said(aside=True),))
        assert await address_of(service, session_id(rooms[0])[:16]) == rooms[0]


def _said(*, aside: bool = False) -> MessageReceived:
    who = Actor(id="u", name="U")
    return MessageReceived(actor=who, text="hello", message_id="1", aside=aside)


async def test_a_thread_of_a_chat_platform_is_not_talked_to_behind_its_back(
    open_fake_house: Callable[..., AbstractAsyncContextManager[Service]],
) -> None:
    async with open_fake_house(Line(text="Hi."), Line(text="Hi.")) as service:
        for address in (SLACK, HERE):
            await service.tell(address, (_said(),))
        assert await address_of(service, session_id(HERE)) == HERE
        with pytest.raises(Misconfigured, match=r"lives in Slack.*bot up.*bot replay"):
            await address_of(service, session_id(SLACK))
