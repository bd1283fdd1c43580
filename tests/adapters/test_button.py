"""Press tokens: what a button says comes back as it was, and everything else is nothing."""

from __future__ import annotations

import pytest
from adapters_play import GATE, QUESTION, RUN
from hypothesis import given
from hypothesis import strategies as st

from adapters.ports.button import ButtonToken, answer, approve, deny, on_run, parse, sealed
from runtime.approvals import Duration

TOKENS = [
    *(approve(GATE, duration) for duration in Duration),
    deny(GATE),
    answer(QUESTION, 12),
    approve(GATE, Duration.HOUR, sealed("rm -rf build")),
    deny(GATE, sealed("\ud800", "\u202e")),
    answer(QUESTION, 12, sealed("")),
    on_run(RUN, "stop"),
]


@pytest.mark.parametrize("token", TOKENS, ids=str)
def test_tokens_come_back(token: ButtonToken) -> None:
    assert parse(str(token)) == token
    assert len(str(token)) <= 90


@given(text=st.text())
def test_anything_else_is_nothing(text: str) -> None:
    token = parse(text)
    assert token is None or str(token) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gate//once",
        "gate/a/b/c",
        "gate/a/12345678/b/",
        "gate/a/123456789/b",
        "gate/a/once\n",
        "file/a/b",
    ],
)
def test_near_misses_are_nothing(text: str) -> None:
    assert parse(text) is None
