"""A surface that does not know yet who we are."""

from __future__ import annotations

import pytest
from slack_stage import client, stage

from adapters.ports.errors import RateLimited
from adapters.simulators.slack.faults import Limited
from adapters.slack.installations.one_team import OneTeam
from adapters.slack.outbound.lazy_surface import LazySurface
from adapters.testing.contract import answer
from runtime.clock import SystemClock


async def test_budgets_keep_their_names_when_we_learn_who_we_are() -> None:
    """What is claimed before `auth.test` is what a refusal closes after it."""
    async with stage(SystemClock()) as it:
        team = it.address.team
        surface = LazySurface(team, OneTeam(client(it.slack)), SystemClock())
        early = surface.cost(it.address, "post", answer("x"))
        it.slack.inject(Limited("chat.postMessage", retry_after=3))
        with pytest.raises(RateLimited) as raised:
            await surface.post(it.place, answer("x"))
        assert it.called("auth.test") == ["auth.test"]
        assert raised.value.rate_limit in early
        assert surface.cost(it.address, "post", answer("x")) == early
        assert all(rate_limit.name.startswith(f"slack/{team}/") for rate_limit in early)
