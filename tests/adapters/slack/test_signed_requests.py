"""What reaches the door over HTTP: only what Slack signed a moment ago, and what has its shape."""

from __future__ import annotations

import hashlib
import hmac
import time
from pathlib import Path

import aiohttp
import pytest
from slack_router import slack_bench

from adapters.slack.inbound.signatures import Signatures
from runtime.testing.clock import ManualClock


def signed(secret: str, body: bytes, at: int) -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": str(at), "x-slack-signature": f"v0={digest}"}


JUNK_BODIES = (
    *(b"[1]", b"[]", b"[[1]]", b"null", b"7", b"1.5", b'"text"', b"true", b"{}", b" [1]", b""),
    *(b"[" * 100_000, b'{"a":' * 100_000, b'{"type":7}', b'{"type":["event_callback"]}'),
    *(b'{"type":"event_callback"}', b'{"type":"event_callback","event":[1]}'),
    *(b'{"type":"event_callback","event":{},"authorizations":"x"}', b'{"type":"url_verification"}'),
    *(b'{"type":"event_callback","event":{},"team_id":{}}', b'{"type":"event_callback","event":7}'),
    *(b'{"type":"event_callback","event":{"type":"message","user":7,"channel":[]}}',),
    *(b"payload=%7B%7D", b"payload=[1]", b"payload=", b"payload=%7B", b"payload=null"),
    *(b"payload=%7B%22type%22%3A%22block_actions%22%2C%22user%22%3A7%7D", b"a=b", b"&&&"),
    *(b"command=%2Faether", b"command=&user_id=U1&channel_id=C1", b"%ff%fe=1", b"\x00"),
)
EVENT = b'{"type":"event_callback","team_id":"T1","event":{"type":"app_mention"}}'


@pytest.mark.parametrize(
    ("secret", "age", "body", "status"),
    [
        ("", 0, b"[1]", 401),
        ("", 0, EVENT, 401),
        ("other", 0, EVENT, 401),
        ("right", 301, EVENT, 401),
        ("right", -400, EVENT, 401),  # and time goes on until it is looked at
        ("right", 0, EVENT, 200),
        ("right", 0, b"{", 400),
        ("right", 0, b"\xff\xfe", 401),
        *(("right", 0, body, 400) for body in JUNK_BODIES),
    ],
)
async def test_only_what_slack_signed_a_moment_ago_is_taken(
    tmp_path: Path, secret: str, age: int, body: bytes, status: int
) -> None:
    async with slack_bench(tmp_path, http=True) as bench:
        await bench.connected()
        key = bench.slack.signing_secret if secret == "right" else secret
        headers = signed(key, body, int(time.time()) - age) if secret else {}
        url = bench.slack.registration.request_url or ""
        async with (
            aiohttp.ClientSession() as http,
            http.post(url, data=body, headers=headers) as answer,
        ):
            assert answer.status == status
        assert bench.router.got == []


@pytest.mark.parametrize("step", [-600.0, 25 * 3600.0, -400 * 86400.0])
def test_a_step_of_our_clock_refuses_nothing_and_opens_nothing(step: float) -> None:
    ours, slacks = ManualClock(), ManualClock()
    signatures = Signatures("key", ours)

    def holds(age: int = 0) -> bool:
        at = int(slacks.now().timestamp()) - age
        return signatures.hold(EVENT, signed("key", EVENT, at))

    assert holds()
    ours.step(step)
    for passed in (0.0, 40.0, 4000.0):
        for clock in (ours, slacks):
            clock.advance(passed)
        assert holds()
        assert holds(age=299)
        assert not holds(age=900)
        assert not holds(age=-900)
    assert not signatures.hold(EVENT, signed("other", EVENT, int(slacks.now().timestamp())))


def test_after_the_machine_slept_slack_is_heard() -> None:
    ours = ManualClock()
    signatures = Signatures("key", ours)
    for _ in range(3):
        assert signatures.hold(EVENT, signed("key", EVENT, int(ours.now().timestamp())))
        ours.step(7 * 3600.0)  # its monotonic clock stood still
