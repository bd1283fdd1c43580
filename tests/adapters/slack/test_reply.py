"""Answers to one person come through a limit."""

from __future__ import annotations

from pathlib import Path

import pytest
from slack_router import slack_bench

from adapters.ports.inbound import Refused
from adapters.simulators.slack.faults import Limited


@pytest.mark.parametrize(("times", "comes"), [(1, True), (2, False)])
async def test_a_limit_is_waited_for_once(tmp_path: Path, times: int, comes: bool) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        bench.router.answers = [Refused("Say what to do.")]
        bench.slack.inject(Limited("chat.postEphemeral", times=times, retry_after=0))
        await bench.slack.say("ann", "general", "@aether")
        await bench.until(lambda: len(bench.slack.calls.of("chat.postEphemeral")) == 2)
        assert [told.text for told in bench.slack.ephemerals("ann")] == ["Say what to do."] * comes
