"""Presses: buttons and choices on our messages and on the home tab."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.inbound import Press
from adapters.press import Token
from adapters.slack.hear.letterbox import Letterbox
from adapters.slack.hear.shapes import Click, Clicks, MaybeStamp, Shape
from adapters.slack.hear.tell import Listener
from adapters.slack.places import named_by, thread
from adapters.slack.presses import token_of
from adapters.slack.private.home import Home
from adapters.slack.teams.seat import Seat
from runtime.ids import Address


class _Rooted(Shape):
    thread_ts: MaybeStamp = ""


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
        at_home = clicks.container.type == "view"
        listener = Listener(
            "" if at_home else address.channel, actor.id, address.thread, clicks.trigger_id
        )
        press = Press(address, actor, click.action_ts, token)
        await self.letterbox.done(seat, press, listener)
        if at_home:
            self.letterbox.errands.send("home", self.home.publish(seat, actor))


def _address(seat: Seat, clicks: Clicks, click: Click) -> Address | None:
    """Messages stand in their thread; what stands on the home tab names it."""
    container = clicks.container
    if container.type == "view":
        return named_by(seat.team, click.block_id)
    inside = _Rooted.model_validate(clicks.message or {})
    root = container.thread_ts or inside.thread_ts or container.message_ts
    return thread(seat.team, container.channel_id, root) if container.channel_id and root else None
