"""What apps write and people share in Slack belongs to the message."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.inbound.parts import parts
from runtime.events import Part

BLOCKS = [
    {"type": "header", "text": {"type": "plain_text", "text": "Deploy failed"}},
    {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Env:* prod"}]},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "by CI"}]},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "See "},
                    {"type": "link", "url": "https://x.example"},
                ],
            }
        ],
    },
    {"type": "table", "rows": [[{"type": "raw_text", "text": "node-7"}]]},
]
JUNK: list[dict[str, Any]] = [
    {"attachments": "x"},
    {"attachments": [1, None]},
    {"attachments": [{}]},
    {"blocks": {"a": 1}},
]
CARDS: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "attachment",
        {"attachments": [{"title": "[FIRING] DiskFull node-7", "text": "93% used on /var"}]},
        ["[FIRING] DiskFull node-7", "93% used on /var"],
    ),
    (
        "fields",
        {"attachments": [{"pretext": "Alert", "fields": [{"title": "Host", "value": "db-2"}]}]},
        ["Alert", "Host: db-2"],
    ),
    ("fallback only", {"attachments": [{"fallback": "CPU is high"}]}, ["CPU is high"]),
    (
        "blocks in an attachment",
        {"attachments": [{"color": "#f00", "blocks": BLOCKS}]},
        ["Deploy failed", "*Env:* prod", "by CI", "See https://x.example", "node-7"],
    ),
    (
        "blocks only",
        {"blocks": BLOCKS},
        ["Deploy failed", "*Env:* prod", "by CI", "See https://x.example", "node-7"],
    ),
]


@pytest.mark.parametrize(("kind", "message", "lines"), CARDS, ids=range(len(CARDS)))
def test_all_that_an_app_writes_is_read(
    kind: str, message: dict[str, Any], lines: list[str]
) -> None:
    (part,) = parts({"text": "", "bot_id": "B0ALERT", "subtype": "bot_message", **message})
    assert part.kind == "card"
    assert [line for line in lines if line not in part.text] == [], kind


def test_what_a_person_shares_is_named_with_its_author() -> None:
    shared = {"is_share": True, "author_name": "Ben", "text": "the disk is full"}
    assert parts({"text": "look", "attachments": [shared]}) == (
        Part(kind="share", author="Ben", text="the disk is full"),
    )


def test_what_a_person_typed_is_not_read_twice() -> None:
    assert parts({"text": "hello", "blocks": BLOCKS}) == ()


@pytest.mark.parametrize("junk", JUNK, ids=str)
def test_junk_is_nothing(junk: dict[str, Any]) -> None:
    assert parts({"text": "", "bot_id": "B1", **junk}) == ()


def test_nesting_and_length_have_an_end() -> None:
    deep: dict[str, Any] = {"type": "container", "text": "x" * 9_000}
    for _ in range(500):
        deep = {"type": "container", "child_blocks": [deep]}
    assert parts({"text": "", "bot_id": "B1", "blocks": [deep]}) == ()
    long = {"text": "x" * 9_000}
    assert [len(part.text) for part in parts({"text": "", "attachments": [long] * 90})] == [
        4_000
    ] * 20
