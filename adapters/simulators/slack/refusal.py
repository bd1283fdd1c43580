"""Slack's answer to a call that it will not carry out."""

from __future__ import annotations

from adapters.simulators.slack.wire import Json


class Refusal(Exception):
    """HTTP 200 with `ok: false`. `error` is one of Slack's codes; `more` stands beside it."""

    def __init__(self, error: str, *messages: str, **more: str) -> None:
        super().__init__(error)
        self.error, self.messages, self.more = error, messages, more

    def body(self) -> Json:
        details = {"response_metadata": {"messages": list(self.messages)}} if self.messages else {}
        return {"ok": False, "error": self.error, **self.more, **details}
