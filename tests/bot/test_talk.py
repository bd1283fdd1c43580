"""Coming back to a session in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from bot.house import House
from bot.talk import address_of
from runtime.errors import Misconfigured
from runtime.events import MessageReceived
from runtime.ids import Actor, Address, session_id
from runtime.testing.model import Line

SLACK = Address(platform="slack", team="T1", channel="C1", thread="1.000001")
HERE = Address(platform="terminal", thread="t1")


async def test_a_thread_of_a_chat_platform_is_not_talked_to_behind_its_back(
    open_fake_house: Callable[..., AbstractAsyncContextManager[House]],
) -> None:
    async with open_fake_house(Line(text="Hi."), Line(text="Hi.")) as house:
        for address in (SLACK, HERE):
            said = MessageReceived(actor=Actor(id="u", name="U"), text="hello", message_id="1")
            await house.tell(address, (said,))
        assert await address_of(house, session_id(HERE)) == HERE
        with pytest.raises(Misconfigured, match=r"lives in Slack.*bot up.*bot replay"):
            await address_of(house, session_id(SLACK))
