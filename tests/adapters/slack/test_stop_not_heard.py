"""An app that does not hear of Slack's own stop button: the operator is told, once."""

from __future__ import annotations

from slack_stage import stage
from structlog.testing import capture_logs

from adapters.simulators.slack.registration import Registration
from runtime.events import Phase
from runtime.testing.clock import ManualClock


async def test_a_missing_subscription_is_named_once() -> None:
    deaf = Registration(events=frozenset({"app_mention"}))
    async with stage(ManualClock(), registration=deaf) as it:
        with capture_logs() as logs:
            for phase in (Phase.THINKING, Phase.PAUSED):
                await it.surface.signal(it.address, None, phase)
    said = [entry for entry in logs if entry["event"] == "slack.stop_not_heard"]
    assert len(said) == 1
    assert "agent_session_stopped" in said[0]["remedy"]
