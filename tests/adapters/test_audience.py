"""Whom a message is for, as far as rules decide: real messages in the places where they are
written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.intake.audience import (
    Heard,
    No,
    Place,
    Situation,
    Unsure,
    Verdict,
    Yes,
    for_us,
    presumed,
)

Row = str | dict[str, Any]  # YAML enters here
TABLE: dict[str, dict[str, list[Row]]] = yaml.safe_load(
    (Path(__file__).parent / "audience.yaml").read_text("utf-8")
)
VERDICTS: dict[str, type[Verdict]] = {"for_us": Yes, "not_for_us": No, "unsure": Unsure}
MANY = Situation(people=("Bob", "Chloé Martin", "鲍勃"))
PLACES: dict[str, tuple[Place, Situation]] = {
    "channel": ("channel", MANY),
    "running": ("thread", replace(MANY, running=True)),
    "at rest": ("thread", MANY),
    "alone": ("thread", Situation()),
    "invited": ("thread", replace(MANY, invited=True)),
    "asked": ("thread", replace(MANY, running=True, asked=True)),
    "direct at rest": ("direct", Situation()),
    "direct, running": ("direct", Situation(running=True)),
}
ROWS = [
    (place, verdict, row)
    for place, verdicts in TABLE.items()
    for verdict, rows in verdicts.items()
    for row in rows
]


def heard(row: Row, place: Place) -> Heard:
    fields: dict[str, Any] = {"text": row} if isinstance(row, str) else row
    return Heard(place=place, **fields)


@pytest.mark.parametrize(("place", "verdict", "row"), ROWS, ids=str)
def test_rules_say_whom_a_message_is_for(place: str, verdict: str, row: Row) -> None:
    where, situation = PLACES[place]
    said = for_us(heard(row, where), situation)
    assert isinstance(said, VERDICTS[verdict]), said


@pytest.mark.parametrize(("place", "situation"), PLACES.values(), ids=PLACES)
def test_a_mention_is_always_answered(place: Place, situation: Situation) -> None:
    for _, _, row in ROWS:
        assert for_us(replace(heard(row, place), to="bot"), situation) == Yes()


def test_the_setting_decides_over_the_words() -> None:
    aside, order = Heard("thanks Bob!"), Heard("use port 9000")
    assert for_us(aside, replace(MANY, mode="always")) == Yes()
    only = Situation(mode="mention")
    assert isinstance(for_us(order, only), No)
    assert for_us(order, replace(only, asked=True)) == Yes()
    assert for_us(replace(order, place="direct"), only) == Yes()


def test_what_follows_on_talk_among_people_is_presumed_to_be_more_of_it() -> None:
    assert presumed(MANY)
    assert not presumed(replace(MANY, among_people=True))
