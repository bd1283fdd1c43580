"""Orders as people shout them, in the languages that they use; and never inside a task's text."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest
import yaml

from adapters.commands import COMMANDS, LISTED, code, command, read

TABLE: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "orders.yaml").read_text("utf-8")
)
ROWS = [(word, text) for word, texts in TABLE.items() for text in texts]


@pytest.mark.parametrize(("word", "text"), ROWS)
def test_a_message_is_an_order_or_is_said(word: str, text: str) -> None:
    order = read(text)
    assert (order.spec.word if order else "said") == word


def test_the_table_is_long_enough_and_every_command_is_in_it() -> None:
    assert len(ROWS) > 200
    assert {spec.word for spec in COMMANDS} < set(TABLE)


@pytest.mark.parametrize("text", ["stop", "Stop!", "止めて", "cancel", "resume", "pause please"])
def test_these_are_orders_wherever_they_are_said(text: str) -> None:
    order = read(text)
    assert order is not None
    assert order.sure


@pytest.mark.parametrize("text", ["go on", "continue", "weiter", "resume esto", "Résumé", "進捗"])
def test_these_are_orders_where_they_fit_only(text: str) -> None:
    order = read(text)
    assert order is not None
    assert not order.sure


def test_a_thread_may_be_named_and_arguments_are_kept() -> None:
    named, revoked, aside = read("stop #1a2b3c please"), read("revoke #12"), read("aside: a\nb")
    assert named is not None
    assert (named.spec.word, named.code) == ("stop", "1a2b3c")
    assert revoked is not None
    assert (revoked.spec.word, revoked.rest) == ("revoke", "12")
    assert aside is not None
    assert aside.rest == "a\nb"
    assert read("use #1a2b3c as colour") is None


@pytest.mark.parametrize(
    ("name", "text", "known"),
    [
        ("stop", "", True),
        ("STOP", "", True),
        ("stop", "everything", False),
        ("revoke", "", False),
        ("revoke", "s.1.a1.g", True),
        ("dance", "", False),
    ],
)
def test_doors_name_commands_letter_by_letter(name: str, text: str, known: bool) -> None:
    assert (command(name, text) is not None) is known
    assert "revoke N" in LISTED


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#1a2b3c", "1a2b3c"),
        (" 1A2B3C ", "1a2b3c"),
        ("1a2b3", ""),
        ("##1a2b3", ""),
        ("\uff11a2b3c", ""),
    ],
)
def test_a_thread_is_named_by_six_letters_and_digits(text: str, found: str) -> None:
    assert code(text) == found


def test_long_and_hostile_words_cost_nothing() -> None:
    hostile = ["stop " * 24 + "x", "no" * 60, "a" * 100_000, "停" * 119 + "x", "\u0301" * 120]
    read("stop")
    began = perf_counter()
    for text in hostile * 10:
        read(text)
    assert perf_counter() - began < 2.0, "50 readings"
