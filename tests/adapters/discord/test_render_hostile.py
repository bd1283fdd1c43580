"""Foreign text in cards: it is seen as what it is, and does nothing."""

from __future__ import annotations

import pytest
from adapters_play import CALL, FILE
from discord_cards import (
    ASKED,
    WORK,
    answer,
    cards,
    components,
    text,
)

from adapters.discord.outbound.idempotency_key import mark
from adapters.ports.cards import Attached, Card, CardKey, Operation, Urgency
from runtime.approvals import Rule
from runtime.events import (
    FileRef,
    ToolCallStart,
)

HOSTILE = (
    "@everyone @here <@1> <@!2> <@&3> <#4> **b** `c` ||s|| [a](https://x.y) # h\n- l\n> q\n1. n"
)


def test_foreign_text_is_text() -> None:
    (card,) = cards(*WORK[:2], ToolCallStart(call_id=CALL, tool="shell", summary=HOSTILE))
    said = text(card)
    assert "@everyone" not in said
    assert "@here" not in said
    assert "<@" not in said.replace("\\<", "<")
    assert r"\*\*b\*\* \`c\` \|\|s\|\| \[a\](https://x.y)" in said


def test_an_answer_calls_nobody() -> None:
    said = text(answer(f"{HOSTILE}\n<@123>"))
    assert not any(call in said for call in ("@everyone", "@here", "<@1", "<@!", "<@&"))
    assert "**b** `c`" in said


def test_code_of_an_answer_and_addresses_stay_as_they_are() -> None:
    exact = "`@everyone` ann@heretic.example\n```py\nsend('@here <@123>')\n```"
    assert text(answer(exact)) == exact
    for open_end in ("`@here\nis no code", "```\n@here"):
        assert "@here" not in text(answer(open_end))


def test_nothing_leaves_a_code_block() -> None:
    (card,) = cards(ToolCallStart(call_id=CALL, tool="shell", summary="x"), WORK[3])
    _, fence, after = text(card).partition("```\n")
    assert fence
    assert after.count("```") == 1


def test_hidden_characters_of_an_operation_are_written_out() -> None:
    hidden = "rm \u202etxt.exe\x00 a\u200bb"
    _, card = cards(ASKED.model_copy(update={"operation": hidden}))
    assert "rm \\u202etxt.exe\\x00 a\\u200bb" in text(card)
    assert "hidden characters" in text(card)


def test_what_is_cut_of_an_operation_is_said() -> None:
    _, card = cards(ASKED.model_copy(update={"operation": "\u202e" * 1_500}))
    (block,) = (b for b in card.blocks if isinstance(b, Operation))
    shown = text(card).count("\\u202e")
    assert shown < len(block.text)
    assert f"{len(block.text) - shown - 1:,} more characters" in text(card)


def test_who_cannot_be_called_by_id_is_not_called() -> None:
    _, card = cards(ASKED)
    assert "<@ann>" not in text(card)
    assert "Ann" in text(card)


def test_who_may_decide_is_called_by_whole_ids() -> None:
    short, long = "123456789012345678", "1234567890123456789"
    rule = Rule(people=(short, long), requester=False)
    _, card = cards(ASKED.model_copy(update={"rule": rule}))
    assert f"**May decide:** <@{short}> or <@{long}>" in text(card)


def test_the_first_component_bears_the_mark_of_the_key() -> None:
    for card in (*cards(*WORK), *cards(ASKED), answer("x")):
        assert components(card)[0]["id"] == mark(card.key)
        assert 1 << 30 <= mark(card.key) < 1 << 31


@pytest.mark.parametrize("source", ["", "\x00", " \n", "\ud800"])
def test_a_text_is_never_empty(source: str) -> None:
    assert text(answer(source)) == "…"


def test_a_file_card_names_the_file() -> None:
    file = Attached(FileRef(name="a_b.txt", artifact=FILE, size=1))
    card = Card(CardKey("file:r:1"), Urgency.FINAL, "done", (file,))
    assert text(card) == r"📎 a\_b.txt"
