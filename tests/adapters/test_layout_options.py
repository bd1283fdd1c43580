"""Options of a question: whole in the message, and told apart on their buttons."""

from __future__ import annotations

import pytest
from adapters_play import QUESTION, Play, started

from adapters.discord.render.card import LIMITS as DISCORD
from adapters.discord.render.card import render as discord_render
from adapters.layout.forms import in_words
from adapters.layout.layout import layout
from adapters.ports.cards import Asked, Buttons, Card, Choice
from adapters.ports.limits import Limits
from adapters.slack.render.card import LIMITS as SLACK
from adapters.slack.render.card import render
from runtime.events import QuestionAsked

SAME = "Move the old database to the new cluster in the region "
LONG = (f"{SAME}eu-west-1", f"{SAME}eu-west-2", f"{SAME}eu-north")
ROWS = [
    LONG,
    tuple(f"{SAME}number {n}" for n in range(20)),
    ("数据库迁移到新的集群" * 6 + "甲", "数据库迁移到新的集群" * 6 + "乙"),
    ("yes", "yes "),
]


def card(options: tuple[str, ...], limits: Limits) -> Card:
    view = Play(started(), QuestionAsked(question_id=QUESTION, question="Which?", options=options))
    return layout(view.view, limits)[-1]


def labels(shown: Card) -> list[str]:
    rows = [b.row if isinstance(b, Buttons) else b.options for b in shown.blocks
            if isinstance(b, Buttons | Choice)]  # fmt: skip
    return [button.label for row in rows for button in row]


@pytest.mark.parametrize("options", ROWS, ids=["same", "many", "Chinese", "twice"])
@pytest.mark.parametrize("limits", [SLACK, DISCORD, Limits()], ids=["Slack", "Discord", "others"])
def test_options_are_whole_in_the_message_and_told_apart(
    options: tuple[str, ...], limits: Limits
) -> None:
    shown = card(options, limits)
    asked = shown.blocks[0]
    assert isinstance(asked, Asked)
    assert asked.options == tuple(option.strip() for option in options)
    assert len(set(labels(shown))) == len(options)
    assert all(label.startswith(f"{n}. ") for n, label in enumerate(labels(shown), start=1))
    assert all(len(label) <= 40 for label in labels(shown))
    assert all(option.strip() in in_words(shown) for option in options)


def test_short_options_stand_on_their_buttons_alone() -> None:
    shown = card(("retry", "skip"), SLACK)
    asked = shown.blocks[0]
    assert isinstance(asked, Asked)
    assert asked.options == ()
    assert labels(shown) == ["retry", "skip"]


def test_people_read_them_on_both_platforms() -> None:
    assert all(option in repr(render(card(LONG, SLACK)).blocks) for option in LONG)
    drawn = repr(discord_render(card(LONG, DISCORD)).to_components())
    assert all(option in drawn for option in LONG)
