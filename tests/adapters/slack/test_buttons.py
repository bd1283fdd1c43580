"""Press tokens survive Block Kit, and nothing else is taken for one."""

from __future__ import annotations

from typing import Any, cast

import pytest

from adapters.ports.button import ButtonToken, approve, deny, on_run
from adapters.ports.cards import Button, Buttons, Card, CardKey, Choice, Urgency
from adapters.slack.button_values import token_of
from adapters.slack.render.card import render
from runtime.approvals import Duration
from runtime.ids import ApprovalId, RunId

GATE, RUN = ApprovalId("0123456789abcdef01234567.1.t1.1.a1"), RunId("0123456789abcdef01234567.1")


def elements(*blocks: Buttons | Choice) -> list[dict[str, Any]]:
    card = Card(CardKey("gate:1"), Urgency.ACT, "open", blocks)
    drawn = cast(list[dict[str, Any]], list(render(card).blocks))
    return [element for block in drawn for element in block["elements"]]


def test_each_button_comes_back_as_its_token() -> None:
    tokens = (approve(GATE), deny(GATE), approve(GATE, Duration.HOUR))
    row = Buttons(tuple(Button("x", token) for token in tokens[:2]))
    yes, no, select = elements(row, Choice("For longer", (Button("1 h", tokens[2]),)))
    picked = {"action_id": select["action_id"], "selected_option": select["options"][0]}
    assert [token_of(yes), token_of(no), token_of(picked)] == [*tokens]


def test_feedback_comes_back_by_its_value() -> None:
    row = Buttons((Button("+", on_run(RUN, "good")), Button("-", on_run(RUN, "bad"))))
    (feedback,) = elements(row)
    for side, token in zip(("positive", "negative"), row.row, strict=True):
        value = feedback[f"{side}_button"]["value"]
        assert token_of({"action_id": feedback["action_id"], "value": value}) == token.press


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"action_id": "press:0"},
        {"action_id": "press:0", "value": "x"},
        {"action_id": "other", "value": str(deny(GATE))},
        {"action_id": "press:0", "value": 1},
        {"action_id": 1, "value": str(deny(GATE))},
        {"action_id": "press:0", "selected_option": {"value": ["x"]}},
        {"action_id": "press:0", "selected_option": None, "value": None},
        {"action_id": "press:0\n", "value": str(deny(GATE))},
    ],
)
def test_nothing_else_is_a_press(action: dict[str, object]) -> None:
    assert token_of(action) is None


def test_the_longest_token_fits_an_option() -> None:
    assert len(str(ButtonToken("question", "x" * 64, "y" * 16))) <= 150
