"""Everything that Slack sends goes through here, before Bolt acknowledges it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
import structlog
from pydantic import ValidationError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from adapters.ports.inbound import Accepted
from adapters.slack.error_codes import code_of
from adapters.slack.home.home_tab import Home
from adapters.slack.home.modal import note
from adapters.slack.inbound.buttons import Pressing
from adapters.slack.inbound.intake import Intake
from adapters.slack.inbound.late_events import LateEvents
from adapters.slack.inbound.messages import Messages
from adapters.slack.inbound.payloads import (
    ChangeEvent,
    Clicks,
    HomeEvent,
    MessageEvent,
    ReactionEvent,
    Shortcut,
    Slash,
    StopEvent,
)
from adapters.slack.inbound.slash_commands import SlashCommands
from adapters.slack.inbound.stop_signals import StopSignals
from adapters.slack.inbound.unwritten import Unwritten
from adapters.slack.installations.workspace_client import WorkspaceClient, WorkspaceClients
from runtime.errors import AetherError, JournalUnavailable

log = structlog.get_logger(__name__)

ASK = "ask_agent"
"""The callback id of the message shortcut."""
DEPARTURES = frozenset({"app_uninstalled", "tokens_revoked"})
_WORDS = frozenset({"app_mention", "message"})
_LATER = "This could not be written down. Try again in a moment."

Body = dict[str, Any]
Left = Callable[[str, str, Body], Awaitable[None]]
"""Told that a workspace took the app, or a token, away: team, type of the event, the event."""


@dataclass(frozen=True, slots=True)
class EventDispatcher:
    """What is heard, told apart. Raises AetherError if Slack must send it again, and
    ValidationError for what Slack does not send."""

    intake: Intake
    home: Home
    left: Left

    async def hear(self, client: WorkspaceClient, body: Body) -> BoltResponse:
        match body.get("type"):
            case "event_callback":
                await self._event(client, _part(body, "event"))
            case "block_actions":
                pressing = Pressing(self.intake, self.home)
                await pressing.clicks(client, Clicks.model_validate(body))
            case "message_action" if body.get("callback_id") == ASK:
                await self._asked(client, Shortcut.model_validate(body))
            case None if "command" in body:
                return await self._slash(client, Slash.model_validate(body))
            case _:
                pass
        return _taken()

    async def _event(self, client: WorkspaceClient, event: Body) -> None:
        match event.get("type"):
            case "app_mention" | "message":
                await self._message(client, event)
            case "reaction_added":
                reaction = ReactionEvent.model_validate(event)
                await StopSignals(self.intake).reaction(client, reaction)
            case "agent_session_stopped":
                await StopSignals(self.intake).stopped(client, StopEvent.model_validate(event))
            case "app_home_opened":
                opened = HomeEvent.model_validate(event)
                if opened.tab == "home":
                    self.intake.background.send("home", self.home.publish(client, opened.user))
            case _:
                pass

    async def _message(self, client: WorkspaceClient, event: Body) -> None:
        messages = Messages(self.intake)
        if event.get("subtype") in ("message_changed", "message_deleted"):
            await messages.changed(client, ChangeEvent.model_validate(event))
        elif event.get("subtype") != "message_replied":  # it has another shape, and no words
            await messages.event(client, MessageEvent.model_validate(event))

    async def _asked(self, client: WorkspaceClient, shortcut: Shortcut) -> None:
        message = {**shortcut.message, "type": "message", "channel": shortcut.channel.id}
        event = MessageEvent.model_validate(message)
        await Messages(self.intake).shortcut(client, shortcut, event)

    async def _slash(self, client: WorkspaceClient, slash: Slash) -> BoltResponse:
        """Answered in the acknowledgement, where only the person who typed it sees it."""
        try:
            receipt, done = await SlashCommands(self.intake).obey(client, slash)
        except AetherError as error:
            if not isinstance(error, JournalUnavailable):
                log.warning("slack.not_taken", error=str(error))
            return _taken({"response_type": "ephemeral", "text": _LATER})
        text, blocks = (done, []) if isinstance(receipt, Accepted) else note(receipt)
        answer: Body = {"response_type": "ephemeral", "text": text}
        return _taken(answer | {"blocks": blocks} if blocks else answer)


class DispatchMiddleware(AsyncMiddleware):
    """Bolt's part: it has verified the request, knows its workspace and has dropped what we did
    ourselves. Nothing runs after this."""

    def __init__(
        self,
        clients: WorkspaceClients,
        dispatcher: EventDispatcher,
        unwritten: Unwritten,
        late: LateEvents | None = None,
    ) -> None:
        """`late` hears of every event over HTTP."""
        self._clients, self._dispatcher, self._late = clients, dispatcher, late
        self._unwritten = unwritten

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 -- Bolt calls it so
    ) -> BoltResponse:
        """Slack sends again what is answered with 503, or in Socket Mode not at all."""
        body, team = req.body, req.context.team_id or ""
        if self._late is not None:
            self._late.heard(req.headers)
        try:
            return await self._heard(team, body)
        except JournalUnavailable:
            if _kind(body) in _WORDS:
                self._unwritten.keep(lambda: self._heard(team, body))
            return BoltResponse(status=503, body="")

    async def _heard(self, team: str, body: Body) -> BoltResponse:
        """Raises JournalUnavailable, which is one line in the log for all who meet it."""
        try:
            event = _part(body, "event")
            if event.get("type") in DEPARTURES:
                await self._dispatcher.left(team, str(event["type"]), event)
                return _taken()
            client = await self._clients.find(team)
            return _taken() if client is None else await self._dispatcher.hear(client, body)
        except JournalUnavailable:
            raise
        except ValidationError as error:
            log.warning("slack.not_understood", kind=_kind(body), errors=error.error_count())
            return _taken()
        except SlackApiError as error:
            log.warning("slack.not_taken", kind=_kind(body), error=code_of(error))
        except (AetherError, aiohttp.ClientError, TimeoutError) as error:
            log.warning("slack.not_taken", kind=_kind(body), error=str(error))
        return BoltResponse(status=503, body="")


def _taken(answer: Body | None = None) -> BoltResponse:
    return BoltResponse(status=200, body=answer or "")


def _part(body: Body, name: str) -> Body:
    found = body.get(name)
    return cast(Body, found) if isinstance(found, dict) else {}


def _kind(body: Body) -> str:
    kind = _part(body, "event").get("type") or body.get("type") or "command"
    return str(kind)[:40]
