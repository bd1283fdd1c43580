"""Blocks that Slack refuses, and those that it takes."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sim_state import open_slack

from adapters.simulators.slack.readback import markdown_blocks
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.rules.payload import checked

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action: str = "go", **more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": action, "value": "v", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def rich(text: str) -> Json:
    return rich_with({"type": "text", "text": text})


def rich_with(*parts: Json, kind: str = "rich_text_section", **more: Any) -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": [*parts], **more}]}


def cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def table(*cells: Json) -> Json:
    return {"type": "table", "rows": [[*cells]]}


SECTION: Json = {"type": "section", "text": plain("words")}
OPTIONS = [{"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}]
SELECT: Json = {"type": "static_select", "action_id": "pick", "options": OPTIONS}
FEEDBACK: Json = {
    "type": "feedback_buttons",
    "action_id": "vote",
    "positive_button": {"text": plain("Good"), "value": "good"},
    "negative_button": {"text": plain("Bad"), "value": "bad"},
}
TASK: Json = {"type": "task_card", "task_id": "a", "title": "Look", "status": "in_progress"}


@pytest.mark.parametrize(
    "block",
    [
        SECTION,
        {"type": "header", "text": plain("Title")},
        {"type": "divider"},
        {"type": "markdown", "text": "**bold**"},
        rich("words"),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
        actions(button(), button("stop", style="danger"), SELECT),
        {"type": "context_actions", "elements": [FEEDBACK]},
        {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a"},
        table(cell("a"), rich("b")),
        rich_with(
            {"type": "link", "url": "https://example.org"}, {"type": "user", "user_id": "U1"}
        ),
        rich_with(rich("row")["elements"][0], kind="rich_text_list", style="bullet", indent=8),
        {"type": "plan", "title": "Plan", "tasks": [{**TASK, "details": rich("more")}]},
        TASK,
        {"type": "alert", "text": plain("Careful"), "level": "warning"},
        {
            "type": "container",
            "title": plain("Output"),
            "child_blocks": [SECTION, actions(button())],
            "is_collapsible": True,
        },
        {"type": "card", "title": plain("Card"), "actions": [button()]},
    ],
)
def test_known_blocks_are_taken(block: Json) -> None:
    assert checked([block])[0]["block_id"] == "b0"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "unheard_of"},
        {"text": plain("no type")},
        {"type": "section"},
        {"type": "section", "text": plain("")},
        {"type": "section", "text": plain("x" * 3001)},
        {"type": "header", "text": {"type": "mrkdwn", "text": "not plain"}},
        {"type": "header", "text": plain("x" * 151)},
        {"type": "markdown", "text": ""},
        actions(),
        actions(*(button(f"b{n}") for n in range(26))),
        actions(button(), button()),
        actions(button(value="x" * 2001)),
        actions(button("x" * 256)),
        actions(button(style="loud")),
        actions({**SELECT, "options": []}),
        actions({**SELECT, "options": OPTIONS * 51}),
        actions({**button(), "text": {"type": "mrkdwn", "text": "Go"}}),
        {"type": "context_actions", "elements": [{**FEEDBACK, "positive_button": None}]},
        {"type": "image", "alt_text": "no address"},
        {"type": "table", "rows": []},
        table(*[cell("a")] * 21),
        table(cell("")),
        table(rich("")),
        rich(""),
        rich_with(),
        rich_with({"type": "unheard_of", "text": "x"}),
        rich_with({"type": "link", "text": "nowhere"}),
        rich_with({"type": "link", "url": "https://example.org", "text": ""}),
        rich_with({"type": "user", "user_id": "U1"}, kind="rich_text_preformatted"),
        rich_with({"type": "text", "text": "loose"}, kind="rich_text_list", style="bullet"),
        rich_with(rich("x")["elements"][0], kind="rich_text_list", style="bullet", indent=9),
        {**TASK, "output": rich("")},
        {"type": "task_card", "task_id": "a", "title": "x", "status": "done"},
        {**TASK, "details": plain("not rich")},
        {"type": "plan", "title": "Plan", "tasks": [TASK] * 51},
        {"type": "alert", "text": plain("x" * 201)},
        {"type": "alert", "text": plain("x"), "level": "loud"},
        {"type": "container", "title": plain("Output"), "child_blocks": [TASK]},
        {
            "type": "container",
            "title": plain("Output"),
            "child_blocks": [actions(button(), button())],
        },
    ],
)
def test_broken_blocks_are_refused_with_their_place(block: Json) -> None:
    with pytest.raises(Refusal) as refused:
        checked([SECTION, block])
    assert refused.value.error == "invalid_blocks"
    assert "/blocks/1" in refused.value.messages[0]


def test_the_tables_of_a_message_have_one_sum() -> None:
    half = table(cell("x" * 5_000))
    assert len(checked([half, half])) == 2
    with pytest.raises(Refusal) as refused:
        checked([half, half, table(cell("x"))])
    assert refused.value.error == "invalid_blocks"


async def test_counts_and_sums() -> None:
    async with open_slack() as slack:
        where = slack.general
        many = {"channel": where, "text": "x", "blocks": [SECTION] * 51}
        assert await slack.refused("chat.postMessage", **many) == "invalid_blocks"
        twice = {"channel": where, "text": "x", "blocks": [{**SECTION, "block_id": "a"}] * 2}
        assert await slack.refused("chat.postMessage", **twice) == "invalid_blocks"
        half = {"type": "markdown", "text": "x" * 6_001}
        sums = {"channel": where, "text": "x", "blocks": [half, half]}
        assert await slack.refused("chat.postMessage", **sums) == "msg_blocks_too_long"
        wide = {"type": "section", "text": plain("x" * 2_900)}
        total = {"channel": where, "text": "x", "blocks": [wide] * 5}
        assert await slack.refused("chat.postMessage", **total) == "msg_blocks_too_long"
        broken = {"channel": where, "text": "x", "blocks": "[{"}
        assert await slack.refused("chat.postMessage", **broken) == "invalid_blocks_format"


def test_markdown_reads_back_as_other_blocks() -> None:
    text = "# T\n\n**b** `c`\n\n- one\n- two\n\n```py\nx\n```\n\n| a |\n|-|\n| b |\n\n---"
    kinds = [block["type"] for block in markdown_blocks(text)]
    assert kinds == ["header", "rich_text", "table", "divider"]
    parts = [part["type"] for part in markdown_blocks(text)[1]["elements"]]
    assert parts == ["rich_text_section", "rich_text_list", "rich_text_preformatted"]


async def test_blocks_that_were_read_back_may_be_sent_again() -> None:
    async with open_slack() as slack:
        blocks = [{"type": "markdown", "text": "# A\n\n- b\n\n| c |\n|-|\n| d |"}, TASK]
        post = await slack.post(blocks=blocks)
        read = await slack.call("conversations.history", channel=post.channel)
        again = read["messages"][0]["blocks"]
        await slack.call("chat.update", channel=post.channel, ts=post.ts, text="x", blocks=again)
        assert list(slack.message(post.ts).blocks) == again
