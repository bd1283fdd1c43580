"""What people do with buttons, forms, commands and shortcuts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.simulators.slack import payloads, windows
from adapters.simulators.slack.actions import Acts
from adapters.simulators.slack.delivery import Answer, Delivery
from adapters.simulators.slack.elements import (
    Choice,
    Element,
    chosen,
    element,
    elements,
    initial_values,
)
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.people import User
from adapters.simulators.slack.responses import carry_out
from adapters.simulators.slack.rules.view import checked_view
from adapters.simulators.slack.tickets import Response
from adapters.simulators.slack.view import View
from adapters.simulators.slack.wire import Json

REQUIRED = "Please complete this required field."


@dataclass(frozen=True, slots=True)
class Submitted:
    """`errors` are shown by block; the modal then stays open, as it does without an answer."""

    answer: Answer | None
    errors: dict[str, str]


@dataclass(slots=True)
class Presses(Acts):
    """Each waits for the app: three seconds on the clock at most."""

    delivery: Delivery

    async def click(
        self, user: str, channel: str, ts: str, action_id: str, value: Choice = None
    ) -> Answer:
        """`value` is what was chosen: an option, a person, a date, or which of two buttons with
        one action id. Ephemeral messages can be clicked too. Raises KeyError if there is nothing
        to press."""
        person = self.person(user)
        message = self._message(person, channel, ts)
        pressed = element(message.blocks, action_id, value)
        payload = payloads.common(self.service, self.team, person, "block_actions")
        payload |= payloads.on_message(self.service, self.team, person, message)
        values = initial_values(message.blocks)
        payload["state"] = {"values": _with(values, pressed, value)}
        payload["actions"] = [payloads.action(self.team, pressed, value)]
        return await self.delivery.interact("interactive", payload)

    def _message(self, person: User, channel: str, ts: str) -> Message:
        place = self.channel(channel, person.id)
        for message in self.team.ephemerals:
            if message.ts == ts and message.seen_by == person.id:
                return message
        return place.messages[ts]

    async def click_in_view(
        self, user: str, view: View, action_id: str, value: Choice = None
    ) -> Answer:
        """In a modal or a Home tab."""
        person = self.person(user)
        pressed = element(view.source["blocks"], action_id, value)
        state = _with(_state(view), pressed, value)
        view = self._keep_view(replace(view, values=state))
        payload = payloads.common(self.service, self.team, person, "block_actions", view.id)
        payload |= payloads.on_view(self.service, self.team, view)
        payload["actions"] = [payloads.action(self.team, pressed, value)]
        return await self.delivery.interact("interactive", payload)

    def _keep_view(self, view: View) -> View:
        kept = self.team.views if view.id in self.team.views else self.team.homes
        kept[view.id if kept is self.team.views else view.user] = view
        return view

    async def submit(self, user: str, view: View, values: dict[str, Choice]) -> Submitted:
        """`values` by action id. The modal closes, changes or complains as the app answers."""
        person = self.person(user)
        state = _state(view)
        for each in elements(view.source["blocks"]):
            if each.action_id in values:
                state = _with(state, each, values[each.action_id])
        view = self._keep_view(replace(view, values=state))
        if missing := _missing(view):
            return Submitted(None, missing)
        payload = payloads.common(self.service, self.team, person, "view_submission", view.id)
        shown = payloads.on_view(self.service, self.team, view)["view"]
        payload |= {"view": shown, "response_urls": []}
        answer = await self.delivery.interact("interactive", payload)
        return self._after(person, view, answer)

    def _after(self, person: User, view: View, answer: Answer) -> Submitted:
        errors = dict[str, str]()
        source: Json = answer.payload.get("view") or {}
        match answer.payload.get("response_action"):
            case "errors":
                errors = answer.payload["errors"]
            case "update":
                windows.renewed(self.team, view, checked_view(source, "modal"))
            case "push":
                windows.pushed(self.team, person.id, checked_view(source, "modal"))
            case "clear":
                windows.cleared(self.team, person.id)
            case _ if answer.acknowledged:
                windows.closed(self.team, person.id)
            case _:
                pass
        self.service.changes.note()
        return Submitted(answer, errors)

    async def close(self, user: str, view: View) -> None:
        """The person turns a modal away."""
        person = self.person(user)
        payload = payloads.common(self.service, self.team, person, "view_closed")
        shown = payloads.on_view(self.service, self.team, view)["view"]
        windows.closed(self.team, person.id)
        self.service.changes.note()
        if view.source.get("notify_on_close"):
            payload |= {"view": shown, "is_cleared": False}
            await self.delivery.interact("interactive", payload)

    async def slash(self, user: str, channel: str, command: str, text: str = "") -> Answer:
        """Not inside threads. What the acknowledgement says is shown."""
        if command not in self.service.registration.commands:
            raise ValueError(f"{command} is not a command of the app")
        person, place = self.person(user), self.channel(channel, user)
        fields = payloads.command(self.service, self.team, person, place, command, text)
        answer = await self.delivery.interact("slash_commands", fields)
        if answer.payload.get("text") or answer.payload.get("blocks"):
            ticket = Response(self.team.id, place.id, person.id, self.service.clock.now())
            carry_out(self.service, ticket, answer.payload)
        return answer

    async def shortcut(
        self, user: str, channel: str | None, ts: str | None, callback_id: str
    ) -> Answer:
        """On a message, or the global one where none is named."""
        person = self.person(user)
        kind = "shortcut" if channel is None or ts is None else "message_action"
        payload = payloads.common(self.service, self.team, person, kind)
        payload |= {"callback_id": callback_id, "action_ts": self.team.stamps.next()}
        if channel is not None and ts is not None:
            message = self.channel(channel, user).messages[ts]
            payload |= payloads.on_message(self.service, self.team, person, message)
            payload["message_ts"] = ts
            del payload["container"]
        return await self.delivery.interact("interactive", payload)


def _state(view: View) -> Json:
    """What stands in the form: the beginning, and over it what was filled in."""
    values = initial_values(view.source["blocks"])
    for block, actions in view.values.items():
        values[block] = {**values.get(block, {}), **actions}
    return values


def _with(values: Json, pressed: Element, choice: Choice) -> Json:
    """Buttons keep no state."""
    if pressed.block_id not in values or pressed.action_id not in values[pressed.block_id]:
        return values
    block = {**values[pressed.block_id], pressed.action_id: chosen(pressed, choice)}
    return {**values, pressed.block_id: block}


def _missing(view: View) -> dict[str, str]:
    """Required inputs that are empty: Slack's client does not send them."""
    missing = dict[str, str]()
    for block in view.source["blocks"]:
        if block.get("type") == "input" and not block.get("optional"):
            state = view.values.get(block["block_id"], {})
            if not any(v for s in state.values() for k, v in s.items() if k != "type"):
                missing[block["block_id"]] = REQUIRED
    return missing
