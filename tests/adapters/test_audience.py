"""Whom a message is for, as far as rules decide: real messages in the places where they are
written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from audience_table import PLACES, TABLE, Row

from adapters.intake.audience import Heard, No, Place, Situation, Unsure, Verdict, Yes, for_us
from adapters.intake.audience import presumed as by_default
from adapters.intake.names import calls_us
from adapters.ports.inbound import To

VERDICTS: dict[str, type[Verdict]] = {"for_us": Yes, "not_for_us": No, "unsure": Unsure}


def heard(row: Row, place: Place) -> Heard:
    """As the platforms say it."""
    text = row.text.format(bot="", bob="@Bob", here="@here").strip()
    names = "{bob}" in row.text or "{here}" in row.text
    to: To = "name" if calls_us(text, ()) else "others" if names else "anyone"
    to = "bot" if "{bot}" in row.text else to
    return Heard(text, place, to, row.files, row.pictures)


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_rules_say_whom_a_message_is_for(row: Row) -> None:
    place, situation = PLACES[row.place]
    said = for_us(heard(row, place), situation)
    assert isinstance(said, VERDICTS[row.verdict]), said


def test_the_table_is_as_long_as_it_should_be() -> None:
    decided = [row for row in TABLE if row.verdict != "unsure"]
    assert len(decided) >= 60
    assert len(TABLE) - len(decided) >= 20


@pytest.mark.parametrize(("place", "situation"), PLACES.values(), ids=PLACES)
def test_a_mention_is_always_answered(place: Place, situation: Situation) -> None:
    for row in TABLE:
        assert for_us(replace(heard(row, place), to="bot"), situation) == Yes()


def test_the_setting_decides_over_the_words() -> None:
    many = PLACES["at rest"][1]
    aside, order = Heard("thanks Bob!"), Heard("use port 9000")
    assert for_us(aside, replace(many, mode="always")) == Yes()
    only = Situation(mode="mention")
    assert isinstance(for_us(order, only), No)
    assert for_us(order, replace(only, asked=True)) == Yes()
    assert for_us(replace(order, place="direct"), only) == Yes()
    assert for_us(replace(order, to="name"), only) == Yes()


def test_an_option_is_an_answer_whatever_its_words_are_elsewhere() -> None:
    asked = replace(PLACES["asked"][1], options=("coffee break", "Thanks, Bob!", "👍"))
    for said in ("Coffee break", "thanks bob", "👍"):
        assert for_us(Heard(said), asked) == Yes()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Jarvis", "hey jarvis what is the time?"),
        ("Jörg Bot", "jorg bot: wie spät ist es?"),
        ("助手", "助手、现在几点"),
        ("ops-bot", "@ops-bot list the servers"),
    ],
)
def test_it_answers_to_the_name_of_its_app(name: str, text: str) -> None:
    assert calls_us(text, (name,))
    assert not calls_us(text, ("Marvin",))


@pytest.mark.parametrize(
    "text",
    [
        "mail it to ops@aether.example",
        "see aether.example.org",
        "> aether, use port 9000",
        "`@aether` is the handle",
        "the aether is full",
        "aethers, all of them",
        "@aether-dev knows",
    ],
)
def test_a_name_that_is_only_mentioned_calls_nobody(text: str) -> None:
    assert not calls_us(text, ())


def test_what_follows_on_talk_among_people_is_presumed_to_be_more_of_it() -> None:
    many = PLACES["at rest"][1]
    assert by_default(many)
    assert not by_default(replace(many, among_people=True))
