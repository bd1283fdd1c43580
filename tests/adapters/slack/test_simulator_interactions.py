"""Buttons, selects, modals, commands and shortcuts, answered by the real Bolt."""

from __future__ import annotations

import re
from typing import Any

from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sim_state import Bench, HastyClock, connected, new_app, ok, open_slack, refusal

from adapters.simulators.slack.message import Message

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


APPROVE: Json = {
    "type": "button", "text": plain("Approve"), "action_id": "approve", "value": "gate-1",
}  # fmt: skip
PICK: Json = {
    "type": "static_select",
    "action_id": "pick",
    "options": [{"text": plain("1 h"), "value": "1h"}, {"text": plain("Once"), "value": "once"}],
}
CARD: list[Json] = [{"type": "actions", "block_id": "gate", "elements": [APPROVE, PICK]}]
NAME: Json = {
    "type": "input",
    "block_id": "name",
    "label": plain("Name"),
    "element": {"type": "plain_text_input", "action_id": "text"},
}
MODAL: Json = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Form"),
    "submit": plain("Send"),
    "blocks": [NAME],
}


class Clicks:
    """An app that keeps what it is sent and acknowledges as it is told."""

    def __init__(self, slack: Bench, **acknowledgement: Any) -> None:
        self.bodies: list[Json] = []
        self.app = new_app(slack)
        self._acknowledgement = acknowledgement
        self.app.action(re.compile(".*"))(self.take)
        self.app.view("form")(self.take)
        self.app.command("/aether")(self.take)
        self.app.shortcut("start")(self.take)
        self.app.view_closed("form")(self.take)

    async def take(self, ack: Any, body: Json) -> None:
        self.bodies.append(body)
        await ack(**self._acknowledgement)


async def test_a_click_says_who_pressed_what_and_where() -> None:
    async with open_slack() as slack:
        clicks = Clicks(slack)
        async with connected(slack, clicks.app):
            root = await slack.sim.say("Ann", "general", "go")
            card = await slack.post("card", thread_ts=root.ts, blocks=CARD)
            answer = await slack.sim.click("Bob", "general", card.ts, "approve")
            await slack.sim.click("Bob", "general", card.ts, "pick", "1h")
        assert answer.acknowledged
        first, second = clicks.bodies
        assert first["user"]["id"] == slack.user("Bob")
        assert first["actions"][0]["value"] == "gate-1"
        assert first["container"]["thread_ts"] == root.ts
        assert first["message"]["ts"] == card.ts
        assert second["actions"][0]["selected_option"]["value"] == "1h"
        assert second["state"]["values"]["gate"]["pick"]["selected_option"]["value"] == "1h"


async def test_a_click_that_nobody_answers_fails_after_three_seconds() -> None:
    async with open_slack(clock=HastyClock()) as slack:
        card, began = await slack.post("card", blocks=CARD), slack.clock.now()
        answer = await slack.sim.click("Bob", "general", card.ts, "approve")
        assert not answer.acknowledged
        assert (slack.clock.now() - began).total_seconds() == 3


async def clicked(slack: Bench) -> tuple[Message, str, str]:
    """A card that was clicked: its message, the response address and the trigger."""
    clicks = Clicks(slack)
    async with connected(slack, clicks.app):
        card = await slack.post("card", blocks=CARD)
        await slack.sim.click("Bob", "general", card.ts, "approve")
    body = clicks.bodies[0]
    return card, body["response_url"], body["trigger_id"]


async def test_a_response_address_serves_five_times_for_half_an_hour() -> None:
    async with open_slack() as slack:
        card, url, _ = await clicked(slack)
        hook: Any = AsyncWebhookClient(url, retry_handlers=[])
        await hook.send(text="only you", response_type="ephemeral", replace_original=False)
        await hook.send(text="all", response_type="in_channel")
        await hook.send(text="changed", replace_original=True)
        assert [m.text for m in slack.sim.ephemerals("Bob")] == ["only you"]
        assert [m.text for m in slack.sim.messages("general")] == ["changed", "all"]
        await hook.send(text="four")
        await hook.send(delete_original=True)
        assert card.ts not in slack.sim.channel("general").messages
        assert (await hook.send(text="six")).status_code == 404
        _, late, _ = await clicked(slack)
        slack.clock.advance(1800)
        late_hook: Any = AsyncWebhookClient(late, retry_handlers=[])
        assert (await late_hook.send(text="late")).body == "expired_url"


async def test_an_ephemeral_message_can_be_clicked_and_replaced() -> None:
    async with open_slack() as slack:
        clicks = Clicks(slack)
        await ok(
            slack.client.chat_postEphemeral(
                channel=slack.general, user=slack.user("Ann"), text="q", blocks=CARD
            )
        )
        async with connected(slack, clicks.app):
            notice = slack.sim.ephemerals("Ann")[0]
            await slack.sim.click("Ann", "general", notice.ts, "approve")
        body = clicks.bodies[0]
        assert body["container"]["is_ephemeral"]
        assert "message" not in body
        hook: Any = AsyncWebhookClient(body["response_url"], retry_handlers=[])
        await hook.send(text="done", replace_original=True)
        assert [m.text for m in slack.sim.ephemerals("Ann")] == ["done"]


async def test_a_trigger_is_good_once_and_for_three_seconds() -> None:
    async with open_slack() as slack:
        opening: Any = slack.client.views_open
        _, _, trigger = await clicked(slack)
        await ok(opening(trigger_id=trigger, view=MODAL))
        assert await refusal(opening(trigger_id=trigger, view=MODAL)) == "exchanged_trigger_id"
        _, _, late = await clicked(slack)
        slack.clock.advance(3)
        assert await refusal(opening(trigger_id=late, view=MODAL)) == "expired_trigger_id"
        assert await refusal(opening(trigger_id="x", view=MODAL)) == "invalid_trigger_id"


async def opened(slack: Bench, view: Json) -> None:
    _, _, trigger = await clicked(slack)
    await ok(slack.client.views_open(trigger_id=trigger, view=view))


async def test_a_form_is_filled_in_and_closes() -> None:
    async with open_slack() as slack:
        await opened(slack, MODAL)
        form = slack.sim.views("Bob")[0]
        assert (await slack.sim.submit("Bob", form, {})).errors == {
            "name": "Please complete this required field."
        }
        clicks = Clicks(slack)
        async with connected(slack, clicks.app):
            await slack.sim.submit("Bob", form, {"text": "Ada"})
        values = clicks.bodies[0]["view"]["state"]["values"]
        assert values["name"]["text"]["value"] == "Ada"
        assert slack.sim.views("Bob") == []


async def test_a_form_complains_and_stays() -> None:
    async with open_slack() as slack:
        await opened(slack, MODAL)
        clicks = Clicks(slack, response_action="errors", errors={"name": "Too short"})
        async with connected(slack, clicks.app):
            done = await slack.sim.submit("Bob", slack.sim.views("Bob")[0], {"text": "A"})
        assert done.errors == {"name": "Too short"}
        assert len(slack.sim.views("Bob")) == 1


async def test_modals_stack_three_deep_and_are_cleared() -> None:
    async with open_slack() as slack:
        await opened(slack, MODAL)
        push = Clicks(slack, response_action="push", view=MODAL)
        async with connected(slack, push.app):
            await slack.sim.submit("Bob", slack.sim.views("Bob")[-1], {"text": "A"})
            await slack.sim.submit("Bob", slack.sim.views("Bob")[-1], {"text": "A"})
        views = slack.sim.views("Bob")
        assert [view.previous for view in views] == [None, views[0].id, views[1].id]
        clear = Clicks(slack, response_action="clear")
        async with connected(slack, clear.app):
            await slack.sim.submit("Bob", views[-1], {"text": "A"})
        assert slack.sim.views("Bob") == []


async def test_a_view_is_updated_only_over_the_version_that_is_known() -> None:
    async with open_slack() as slack:
        await opened(slack, {**MODAL, "external_id": "one"})
        form = slack.sim.views("Bob")[0]
        update: Any = slack.client.views_update
        renamed = {**MODAL, "external_id": "one", "title": plain("New")}
        assert await refusal(update(view_id=form.id, view=renamed, hash="x")) == "hash_conflict"
        await ok(update(external_id="one", view=renamed, hash=form.hash))
        assert slack.sim.views("Bob")[0].source["title"]["text"] == "New"
        assert await refusal(update(view_id="V0", view=renamed)) == "not_found"


async def test_a_view_has_its_own_rules() -> None:
    async with open_slack() as slack:
        _, _, trigger = await clicked(slack)
        wrong: list[Json] = [
            {**MODAL, "title": plain("x" * 25)},
            {**MODAL, "submit": None},
            {**MODAL, "type": "home"},
            {**MODAL, "blocks": [{"type": "divider"}] * 101},
            {**MODAL, "private_metadata": "x" * 3001},
            {**MODAL, "blocks": [{"type": "markdown", "text": "only in messages"}]},
        ]
        for view in wrong:
            call = slack.client.views_open(trigger_id=trigger, view=view)
            assert await refusal(call) == "invalid_arguments"


async def test_a_home_tab_is_kept_for_each_person() -> None:
    async with open_slack() as slack:
        home = {"type": "home", "blocks": [{"type": "divider"}]}
        await ok(slack.client.views_publish(user_id=slack.user("Ann"), view=home))
        view = slack.sim.home("Ann")
        assert view is not None
        assert view.source["blocks"][0]["type"] == "divider"
        assert slack.sim.home("Bob") is None


async def test_a_command_is_answered_for_its_caller() -> None:
    async with open_slack() as slack:
        clicks = Clicks(slack, text="All is well.")
        async with connected(slack, clicks.app):
            await slack.sim.slash("Ann", "general", "/aether", "status")
        assert clicks.bodies[0]["text"] == "status"
        assert clicks.bodies[0]["channel_id"] == slack.general
        assert [m.text for m in slack.sim.ephemerals("Ann")] == ["All is well."]


async def test_shortcuts_with_and_without_a_message() -> None:
    async with open_slack() as slack:
        clicks = Clicks(slack)
        async with connected(slack, clicks.app):
            said = await slack.sim.say("Ann", "general", "this one")
            await slack.sim.shortcut("Bob", "general", said.ts, "start")
            await slack.sim.shortcut("Bob", None, None, "start")
        on_message, anywhere = clicks.bodies
        assert (on_message["type"], on_message["message"]["text"]) == ("message_action", "this one")
        assert anywhere["type"] == "shortcut"
        assert "channel" not in anywhere
