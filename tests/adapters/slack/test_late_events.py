"""Over HTTP nothing says that we could not be reached, but that an event comes late."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from pathlib import Path

import aiohttp
from slack_router import SlackBench, slack_bench


async def deliver(bench: SlackBench, attempt: str) -> None:
    """An event that says nothing new, at this attempt; answered when this returns."""
    event = {"type": "channel_rename"}
    body = json.dumps(
        {"type": "event_callback", "team_id": bench.slack.team.id, "event": event}
    ).encode()
    at = str(int(time.time()))
    digest = hmac.new(
        bench.slack.signing_secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256
    ).hexdigest()
    headers = {
        "content-type": "application/json", "x-slack-retry-num": attempt,
        "x-slack-request-timestamp": at, "x-slack-signature": f"v0={digest}",
    }  # fmt: skip
    url = bench.slack.registration.request_url or ""
    async with (
        aiohttp.ClientSession() as http,
        http.post(url, data=body, headers=headers) as answer,
    ):
        assert answer.status == 200


async def test_an_event_that_is_late_lets_the_gap_be_read_once(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, http=True) as bench:
        await bench.connected()
        for attempt in ("1", "", "soon"):
            await deliver(bench, attempt)
        assert bench.router.missed == ["slack"]
        await deliver(bench, "2")
        await bench.connected(2)
        await deliver(bench, "3")
        await bench.settled(0)
        assert bench.router.missed == ["slack", "slack"], "many are late after one outage"
