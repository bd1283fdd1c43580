"""Slack keeps the contract of all surfaces, over real HTTP against a strict local Slack."""

from __future__ import annotations

import pytest
from slack_stage import stage

from adapters.ports.surface import Surface
from adapters.testing.contract import CONTRACT, Check, Subject
from runtime.clock import SystemClock


@pytest.mark.parametrize("channel", ["general", "dm"])
@pytest.mark.parametrize("keeps", CONTRACT, ids=lambda keeps: keeps.__name__)
async def test_contract(keeps: Check, channel: str) -> None:
    async with stage(SystemClock(), channel) as it:
        as_port: Surface = it.surface
        await keeps(Subject(as_port, it.address, it.read))
