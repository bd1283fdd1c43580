"""Presses: buttons and choices on our messages and on the home tab."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.inbound import Press
from adapters.press import Token
from adapters.slack.hear.letterbox import Letterbox
from adapters.slack.hear.shapes import Click, Clicks, Rooted
from adapters.slack.hear.tell import Listener
from adapters.slack.places import named_by, thread
from adapters.slack.presses import token_of
from adapters.slack.private.home import Home
from adapters.slack.teams.seat import Seat
from runtime.ids import Address

_HIDDEN = "You are not in the channel of this task any more, so you cannot act on it here."
_UNSURE = "Slack does not say now whether you may see this task. Try again, or act in its thread."


@dataclass(frozen=True, slots=True)
class Pressing:
    letterbox: Letterbox
    home: Home

    async def clicks(self, seat: Seat, clicks: Clicks) -> None:
        """Every element that was pressed. Raises AetherError if it could not be written: Slack
        then marks the button, and people press again."""
        for raw in clicks.actions:
            click, token = Click.model_validate(raw), token_of(raw)
            address = _address(seat, clicks, click)
            if token is not None and address is not None:
                await self._press(seat, clicks, click, address, token)

    async def _press(
        self, seat: Seat, clicks: Clicks, click: Click, address: Address, token: Token
    ) -> None:
        actor = await self.letterbox.people.actor(seat, clicks.user.id)
        press = Press(address, actor, click.action_ts, token)
        if clicks.container.type == "view":
            await self._press_at_home(seat, press, clicks.trigger_id)
        else:
            listener = Listener(address.channel, actor.id, address.thread, clicks.trigger_id)
            await self.letterbox.done(seat, press, listener)

    async def _press_at_home(self, seat: Seat, press: Press, trigger: str) -> None:
        """The tab may be old: who can no longer see the thread presses nothing there."""
        user, listener = press.actor.id, Listener("", press.actor.id, trigger=trigger)
        may = await self.home.audience.may_see(seat, press.address, user)
        if may:
            await self.letterbox.done(seat, press, listener)
        else:
            self.letterbox.refuse(seat, listener, _UNSURE if may is None else _HIDDEN)
        self.letterbox.errands.send("home", self.home.publish(seat, user))


def _address(seat: Seat, clicks: Clicks, click: Click) -> Address | None:
    """Messages stand in their thread; what stands on the home tab names it."""
    container = clicks.container
    if container.type == "view":
        return named_by(seat.team, click.block_id)
    inside = Rooted.model_validate(clicks.message or {})
    root = container.thread_ts or inside.thread_ts or container.message_ts
    return thread(seat.team, container.channel_id, root) if container.channel_id and root else None
