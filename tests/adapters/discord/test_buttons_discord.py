"""Tokens in the ids of components: what we send comes back, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.button_ids import decode, encode, pick
from adapters.ports.button import ButtonToken, answer, approve, deny, on_run, sealed
from runtime.approvals import Duration
from runtime.ids import ApprovalId, QuestionId, RunId

LONGEST = "x" * 64


@pytest.mark.parametrize(
    "token",
    [
        approve(ApprovalId(LONGEST), Duration.HOUR),
        approve(ApprovalId(LONGEST), Duration.THREAD, sealed("x")),
        deny(ApprovalId("r.t1.1.a1")),
        answer(QuestionId("r.q1"), 19),
        on_run(RunId("r.1"), "details"),
    ],
)
def test_a_button_and_an_option_say_their_token(token: ButtonToken) -> None:
    assert len(encode(token)) <= 100
    assert decode(encode(token)) == token
    assert decode(pick(3), [encode(token)]) == token


@pytest.mark.parametrize(
    ("custom_id", "values"),
    [
        ("", []),
        ("gate/a/once", []),
        ("aether:", []),
        ("aether:gate/a", []),
        ("aether:gate/a/once\n", []),
        ("aether:pick:0", []),
        ("aether:pick:0", ["gate/a/once"]),
        ("aether:pick:0", ["aether:gate/a/once", "aether:gate/b/once"]),
        ("aether:aether:gate/a/once", []),
    ],
)
def test_everything_else_says_nothing(custom_id: str, values: list[str]) -> None:
    assert decode(custom_id, values) is None


@given(st.text(), st.lists(st.text()))
def test_untrusted_ids_never_raise(custom_id: str, values: list[str]) -> None:
    decode(custom_id, values)
    decode(f"aether:{custom_id}", values)
