"""Events and interactions on their way to the app."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from adapters.simulators.slack.faults import Swapped, Twice
from adapters.simulators.slack.post import Post
from adapters.simulators.slack.sockets import Sockets
from adapters.simulators.slack.state import State
from adapters.simulators.slack.wire import Json
from adapters.simulators.slack.workspace import Workspace

RETRIES = (0.0, 60.0, 300.0)
"""Seconds on the clock before each repetition of an event, from "Events API: Retries"."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app said within three seconds; `acknowledged` is false if nothing came."""

    acknowledged: bool
    payload: Json


@dataclass(slots=True)
class Delivery:
    """`delivered` counts attempts that reached the app, acknowledged or not."""

    service: State
    sockets: Sockets
    post: Post
    lost: list[Json] = field(default_factory=list[Json])
    _tasks: set[asyncio.Task[None]] = field(default_factory=set["asyncio.Task[None]"])
    _held: Json | None = None
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def emit(self, team: Workspace, event: Json) -> None:
        """Delivered in the background, each event by itself."""
        callback = self._callback(team, event)
        fault = self.service.faults.for_event(str(event["type"]))
        if isinstance(fault, Swapped) and self._held is None:
            self._held = callback
            return
        self._begin(self._deliver(callback))
        if isinstance(fault, Twice):
            self._begin(self._deliver(callback))
        if self._held is not None:
            held, self._held = self._held, None
            self._begin(self._deliver(held))

    def _callback(self, team: Workspace, event: Json) -> Json:
        number, wide = next(self._numbers), self.service.registration.org_wide
        return {
            "token": "verification-token",
            "team_id": team.id,
            "context_team_id": team.id,
            "context_enterprise_id": None,
            "api_app_id": self.service.registration.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{number:09d}",
            "event_time": int(self.service.clock.now().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": "E0ACME" if wide else None,
                    "team_id": None if wide else team.id,
                    "user_id": team.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": wide,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{number}",
        }

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, callback: Json) -> None:
        reason = ""
        for attempt in range(len(RETRIES) + 1):
            if attempt and RETRIES[attempt - 1]:
                await self.service.clock.sleep(RETRIES[attempt - 1])
            reason = await self._attempt(callback, attempt, reason)
            if not reason:
                return
            if reason == "stop":
                break
        self.lost.append(callback)
        self.service.changes.note()

    async def _attempt(self, callback: Json, attempt: int, reason: str) -> str:
        """ "" when it was acknowledged, else why not; "stop" ends the repetitions."""
        if self.service.registration.request_url is not None:
            return await self.post.event(callback, attempt, reason)
        answer = await self.sockets.send(self._envelope("events_api", callback, attempt, reason))
        return "timeout" if answer is None else ""

    def _envelope(self, kind: str, payload: Json, attempt: int = 0, reason: str = "") -> Json:
        envelope: Json = {
            "envelope_id": f"env-{next(self._numbers)}",
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        return envelope

    async def interact(self, kind: str, payload: Json) -> Answer:
        """One attempt: people press again if nothing happens. `kind` is "interactive" or
        "slash_commands"."""
        if self.service.registration.request_url is not None:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            answer = await self.post.form(form)
        else:
            answer = await self.sockets.send(self._envelope(kind, payload))
        return Answer(answer is not None, answer or {})

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
