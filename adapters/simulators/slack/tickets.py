"""What an interaction hands the app for later: trigger ids and response addresses."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from adapters.simulators.slack.refusal import Refusal

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_LIFE, RESPONSES = timedelta(minutes=30), 5


@dataclass(frozen=True, slots=True)
class Trigger:
    team: str
    user: str
    at: datetime
    used: bool = False
    view: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """`message` is the one that was clicked, None after a command."""

    team: str
    channel: str
    user: str
    at: datetime
    message: str | None = None
    thread: str | None = None
    left: int = RESPONSES


@dataclass(slots=True)
class Tickets:
    triggers: dict[str, Trigger] = field(default_factory=dict[str, Trigger])
    responses: dict[str, Response] = field(default_factory=dict[str, Response])
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def trigger(self, trigger: Trigger) -> str:
        name = f"{next(self._numbers)}.{trigger.team}.trigger"
        self.triggers[name] = trigger
        return name

    def pull(self, name: str, team: str, now: datetime) -> Trigger:
        """Good once, for three seconds."""
        trigger = self.triggers.get(name)
        if trigger is None or trigger.team != team:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if now - trigger.at >= TRIGGER_LIFE:
            raise Refusal("expired_trigger_id")
        self.triggers[name] = replace(trigger, used=True)
        return trigger

    def response(self, response: Response) -> str:
        name = f"{response.team}-{next(self._numbers)}"
        self.responses[name] = response
        return name

    def respond(self, name: str, now: datetime) -> Response:
        response = self.responses.get(name)
        if response is None or now - response.at >= RESPONSE_LIFE:
            raise Refusal("expired_url")
        if response.left == 0:
            raise Refusal("used_url")
        self.responses[name] = replace(response, left=response.left - 1)
        return response
