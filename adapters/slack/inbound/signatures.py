"""Signatures: what proves that Slack sent a request, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from slack_sdk.signature import Clock as Reader
from slack_sdk.signature import SignatureVerifier

from runtime.ports import Clock


class Signatures:
    """A request counts for five minutes ("Verifying requests from Slack") of Slack's time: that the
    newest request tells, and our monotonic clock how long ago it came. So nobody is refused, and
    nothing old counts again, because somebody sets our system's clock. Wall time that is later
    counts too: the machine may have slept."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._clock = clock
        self._ahead: float | None = None  # Slack's time minus our monotonic
        times = self._at_slack, self._at_latest
        self._verifiers = [SignatureVerifier(secret, _Now(time)) for time in times]

    def hold(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether Slack signed this a moment ago."""
        known = {name.lower(): value for name, value in headers.items()}
        try:
            held = any(each.is_valid_request(body, known) for each in self._verifiers)
        except (ValueError, OverflowError, TypeError):  # headers of another shape
            return False
        if held:
            ahead = int(known["x-slack-request-timestamp"]) - self._clock.monotonic()
            self._ahead = ahead if self._ahead is None else max(ahead, self._ahead)
        return held

    def _at_slack(self) -> float:
        return self._clock.monotonic() + self._ahead if self._ahead is not None else 0.0

    def _at_latest(self) -> float:
        return max(self._clock.now().timestamp(), self._at_slack())


class _Now(Reader):
    def __init__(self, read: Callable[[], float]) -> None:
        self._read = read

    def now(self) -> float:
        return self._read()
