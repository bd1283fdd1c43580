"""What Slack refuses, and what it takes, in elements, rich text and reactions."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sim_state import open_slack

Json = dict[str, Any]
BUTTON: Json = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [*parts]}]}


def listed(**about: Any) -> Json:
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}
    inside = {"type": "rich_text_list", "elements": [line], **about}
    return {"type": "rich_text", "elements": [inside]}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "context_actions", "elements": [BUTTON | {"action_id": "a"}]},
        {"type": "context_actions", "elements": [{"type": "overflow", "action_id": "a"}]},
        {"type": "actions", "elements": [{"type": "plain_text_input", "action_id": "a"}]},
        {"type": "actions", "elements": [{"type": "feedback_buttons", "action_id": "a"}]},
        {"type": "actions", "elements": [BUTTON | {"action_id": ""}]},
        listed(style="stars"),
        listed(),
        listed(style="bullet", border=2),
        rich({"type": "text", "text": "a", "style": "bold"}),
        rich({"type": "text", "text": "a", "style": {"loud": True}}),
        rich({"type": "text", "text": "a", "style": {"bold": "yes"}}),
        rich({"type": "broadcast", "range": "planet"}),
    ],
    ids=str,
)
async def test_slack_refuses_it(block: Json) -> None:
    async with open_slack() as slack:
        refused = await slack.refused(
            "chat.postMessage", channel=slack.general, text="x", blocks=[block]
        )
        assert refused == "invalid_blocks"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "actions", "elements": [BUTTON, BUTTON]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "a"}, "accessory": BUTTON},
        listed(style="ordered", border=1),
        rich({"type": "text", "text": "a", "style": {"bold": True, "code": False}}),
    ],
    ids=str,
)
async def test_slack_takes_it(block: Json) -> None:
    async with open_slack() as slack:
        await slack.post(blocks=[block])


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("eyes", True), ("thumbsup::skin-tone-3", True), ("rocket", True), ("pizza", True),
        ("no_such_emoji", False), ("aether_done", False), ("a", False), ("Eyes", False),
    ],
)  # fmt: skip
async def test_only_emoji_that_exist_are_reactions(name: str, *, known: bool) -> None:
    async with open_slack() as slack:
        where = {"channel": slack.general, "timestamp": (await slack.post()).ts}
        if known:
            await slack.call("reactions.add", name=name, **where)
        else:
            assert await slack.refused("reactions.add", name=name, **where) == "invalid_name"
