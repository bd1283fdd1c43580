"""What Slack makes of Markdown: a message of many blocks, of which it takes only so many."""

from __future__ import annotations

from typing import Any

import pytest
from adapters_play import Play, started
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_stage import stage

from adapters.layout.layout import layout
from adapters.ports.cards import Card, Prose
from adapters.simulators.slack.readback import expanded
from adapters.simulators.slack.rules.payload import checked
from adapters.slack.render.card import LIMITS, render
from runtime.clock import SystemClock
from runtime.events import ResponseComplete, ResponseStart

MANY = "".join(f"## Part {n}\n\nWords.\n\n" for n in range(320))
LONG = "| a | b |\n|---|---|\n" + "".join(f"| {n} | x |\n" for n in range(401))
HIDDEN = "\u200e## Part\n" * 200 + "\x1b[0m## Part\n" * 200
WIDE = "|".join("abcdefghijklmnopqrstu") + "\n" + "|".join("-" * 21) + "\n" + "|".join("1" * 21)
NARROW = "|".join("abcdefghijklmnopqrst") + "\n" + "|".join("-" * 20) + "\n" + "|".join("1" * 20)


def answer(text: str) -> list[Card]:
    events = ResponseStart(turn=1), ResponseComplete(turn=1, text=text)
    return [card for card in layout(Play(started(), *events).view, LIMITS) if card.blocks]


def source(cards: list[Card]) -> str:
    return "".join(b.source for card in cards for b in card.blocks if isinstance(b, Prose))


@pytest.mark.parametrize("text", [MANY, LONG, WIDE, f"{LONG}\n{WIDE}\n\n{MANY}", HIDDEN])
async def test_slack_takes_every_part(text: str) -> None:
    cards = answer(text)
    assert source(cards) == text
    async with stage(SystemClock()) as it:
        for card in cards:
            await it.surface.post(it.place, card)
        shown = [b for message in it.ours() for b in expanded(message.blocks)]
    tables = [table for table in shown if table["type"] == "table"]
    assert sum(block["type"] == "header" for block in shown) == text.count("## ")
    rows = sum(len(table["rows"]) - 1 for table in tables)
    assert rows == text.count("| x |"), "the head is repeated, and no row is lost"


Blocks = st.lists(
    st.sampled_from(
        (
            "# a\n",
            "b\n\n",
            "---\n",
            "- c\n",
            "1. d\n",
            "> e\n",
            "```\nf\n```\n",
            "    g\n",
            "<b>\n",
            "| h | i |\n|---|---|\n",
            "| 1 | 2 |\n",
            "[j]: /k\n",
            "![l](https://m.n)\n",
            "\n",
            WIDE,
        )
    ),
    max_size=30,
)


@settings(max_examples=80, deadline=None)
@given(pieces=Blocks, times=st.sampled_from((1, 20, 60)))
def test_no_message_has_too_many_blocks(pieces: list[str], times: int) -> None:
    text = "".join(pieces) * times
    cards = answer(text)
    assert source(cards).rstrip() == text.rstrip()
    for card in cards:
        checked(render(card).blocks)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (NARROW, ["table"]),
        (f"# A\n{WIDE}", ["header", "rich_text"]),
        (f"{WIDE}\n\n{NARROW}\n", ["rich_text", "table"]),
        (WIDE.replace("a", "`a`") + "|```", ["rich_text"]),
    ],
)
def test_a_table_that_is_too_wide_is_shown_as_it_is_written(text: str, kinds: list[str]) -> None:
    (card,) = answer(text)
    shown: list[Any] = [b for b in expanded(render(card).blocks) if b["type"] != "context_actions"]
    assert [block["type"] for block in shown] == kinds
    code = [e for block in shown for e in block.get("elements", ()) if "preformatted" in e["type"]]
    assert all(e["elements"][0]["text"] in text for e in code)
