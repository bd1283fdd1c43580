"""Presses: buttons and choices on our messages and on the home tab."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.ports.button import ButtonToken
from adapters.ports.inbound import Press
from adapters.slack.button_values import token_of
from adapters.slack.home.home_tab import Home
from adapters.slack.inbound.intake import Intake
from adapters.slack.inbound.payloads import Click, Clicks, Rooted
from adapters.slack.inbound.reply import Listener
from adapters.slack.installations.workspace_client import WorkspaceClient
from adapters.slack.thread_address import named_by, thread
from runtime.ids import Address

_HIDDEN = "You are not in the channel of this task any more, so you cannot act on it here."
_UNSURE = "Slack does not say now whether you may see this task. Try again, or act in its thread."


@dataclass(frozen=True, slots=True)
class Pressing:
    intake: Intake
    home: Home

    async def clicks(self, client: WorkspaceClient, clicks: Clicks) -> None:
        """Every element that was pressed. Raises AetherError if it could not be written: Slack
        then marks the button, and people press again."""
        for raw in clicks.actions:
            click, token = Click.model_validate(raw), token_of(raw)
            address = _address(client, clicks, click)
            if token is not None and address is not None:
                await self._press(client, clicks, click, address, token)

    async def _press(
        self,
        client: WorkspaceClient,
        clicks: Clicks,
        click: Click,
        address: Address,
        token: ButtonToken,
    ) -> None:
        actor = await self.intake.people.actor(client, clicks.user.id)
        press = Press(address, actor, click.action_ts, token)
        if clicks.container.type == "view":
            await self._press_at_home(client, press, clicks.trigger_id)
        else:
            listener = Listener(address.channel, actor.id, address.thread, clicks.trigger_id)
            await self.intake.done(client, press, listener)

    async def _press_at_home(self, client: WorkspaceClient, press: Press, trigger: str) -> None:
        """The tab may be old: who can no longer see the thread presses nothing there."""
        user, listener = press.actor.id, Listener("", press.actor.id, trigger=trigger)
        may = await self.home.audience.may_see(client, press.address, user)
        if may:
            await self.intake.done(client, press, listener)
        else:
            self.intake.refuse(client, listener, _UNSURE if may is None else _HIDDEN)
        self.intake.background.send("home", self.home.publish(client, user))


def _address(client: WorkspaceClient, clicks: Clicks, click: Click) -> Address | None:
    """Messages stand in their thread; what stands on the home tab names it."""
    container = clicks.container
    if container.type == "view":
        return named_by(client.team, click.block_id)
    inside = Rooted.model_validate(clicks.message or {})
    root = container.thread_ts or inside.thread_ts or container.message_ts
    return (
        thread(client.team, container.channel_id, root) if container.channel_id and root else None
    )
