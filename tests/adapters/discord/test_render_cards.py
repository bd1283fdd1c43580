"""What cards look like in Discord."""

from __future__ import annotations

import pytest
from adapters_play import BOB, CALL, GATE, QUESTION
from discord_cards import (
    ASKED,
    WORK,
    answer,
    cards,
    colour,
    components,
    pressed,
    text,
    tokens,
)
from inline_snapshot import snapshot

from adapters.discord.render.card import mentions
from runtime.approvals import Duration
from runtime.events import (
    ApprovalReceived,
    Outcome,
    QuestionAnswered,
    QuestionAsked,
    ResponseComplete,
    ResponseStart,
    RunFinished,
    SubagentStarted,
    ThinkingChunk,
    ThinkingComplete,
    ThinkingStart,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.ids import WorkerId


def test_the_card_of_a_run() -> None:
    (card,) = cards(*WORK)
    assert text(card) == snapshot("""\
### ⏳ Find the leak
-# Running a tool
**Plan** ▱▱▱▱▱▱▱▱▱▱ 0 of 2
▶️ **1. Look \\*around\\*** (shell)
⬜ 2. Mend
🔧 **shell** ls -l
```
a
b
`\u200b``c
```
-# work began <t:1767225601:R> · 10,002 tokens · $0.0100 · 1 tool call · demo · Docker, no network\
""")
    assert [part["type"] for part in components(card)] == snapshot([17, 10, 10, 10, 10, 1, 2, 2])
    assert colour(card) == 0x5865F2


def test_an_approval_asks_and_calls_who_must_act() -> None:
    _, card = cards(ASKED)
    assert text(card) == snapshot("""\
<@123456789012345678>
### ✋ Approval needed
🔧 **shell** · Medium risk
**Why:** deletes a folder
**May decide:** Ann or <@123456789012345678>
**A longer yes covers:** exactly this command and no other
-# Expires <t:1767229200:R>
```sh
rm -r build
```\
""")
    assert pressed(card) == tokens(card)
    assert mentions(card).to_dict() == {"parse": [], "users": [123456789012345678]}


def test_a_decision_stays_without_buttons() -> None:
    decided = ApprovalReceived(
        approval_id=GATE, approved=True, actors=(BOB,), duration=Duration.HOUR
    )
    _, card = cards(ASKED, decided)
    assert text(card) == snapshot("""\
### ✅ Approved
by **Bob** · for 1 hour · <t:1767225603:f>
🔧 **shell** · Medium risk
**Why:** deletes a folder
```sh
rm -r build
```\
""")
    assert pressed(card) == []
    assert mentions(card).to_dict() == {"parse": []}


@pytest.mark.parametrize("count", [2, 12])
def test_a_question_offers_its_options(count: int) -> None:
    options = tuple(f"option {n}" for n in range(count))
    _, card = cards(QuestionAsked(question_id=QUESTION, question="Which?", options=options))
    assert pressed(card) == tokens(card)
    assert "Which?" in text(card)


def test_an_answered_question_says_who_said_what() -> None:
    asked = QuestionAsked(question_id=QUESTION, question="Which?", options=("a", "b"))
    _, card = cards(asked, QuestionAnswered(question_id=QUESTION, answer="b", actor=BOB))
    assert text(card) == snapshot("""\
### ❓ Answered
Which?
**Answer:** b (**Bob**)\
""")


def test_thinking_is_quoted_and_then_folded() -> None:
    live = (ThinkingStart(turn=1), ThinkingChunk(turn=1, text="a *word*\n" * 100))
    (card,) = cards(*live)
    assert r"> a \*word\*" in text(card)
    (card,) = cards(*live, ThinkingComplete(turn=1, text="x", seconds=7.25))
    assert "Thought for 7.2 s" in text(card)


def test_failures_and_sub_agents_are_seen() -> None:
    (card,) = cards(
        ToolCallStart(call_id=CALL, tool="shell", summary="ls"),
        ToolCallFailed(call_id=CALL, kind="timeout", message="after 60 s"),
        SubagentStarted(subagent_id=WorkerId("w1"), title="Read the log"),
    )
    assert "took too long" in text(card)
    assert "Read the log" in text(card)


@pytest.mark.parametrize(
    ("outcome", "edge"), [(Outcome.DONE, 0x23A55A), (Outcome.FAILED, 0xDA373C)]
)
def test_the_edge_says_how_it_ended(outcome: Outcome, edge: int) -> None:
    (card,) = cards(*WORK, RunFinished(outcome=outcome, reason="The key was refused."))
    assert colour(card) == edge
    assert "The key was refused." in text(card)


def test_an_answer_is_markdown() -> None:
    said = (ResponseStart(turn=1), ResponseComplete(turn=1, text="## Yes\n\n**42**"))
    (card,) = cards(*said, RunFinished(outcome=Outcome.DONE))
    assert text(card) == "## Yes\n\n**42**"
    assert pressed(card) == tokens(card)


def test_tables_are_drawn() -> None:
    source = "Look:\n\n| a | long name |\n|---|---|\n| 1 | x\\|y |\n| wörter | |\n\n#### So\n"
    assert text(answer(source)) == snapshot("""\
Look:

```
a       long name
─────────────────
1       x|y
wörter
```

### So\
""")


def test_tables_in_code_stay_as_they_are() -> None:
    source = "```\n| a |\n|---|\n#### b\n```"
    assert text(answer(source)) == source


def test_a_table_that_would_not_fit_stays_as_it_is() -> None:
    row = "| " + "x" * 300 + " |" + " |" * 20 + "\n"
    source = "| a |" + " b |" * 20 + "\n|---|" + "---|" * 20 + "\n" + row + "| y |" * 500
    assert len(text(answer(source))) <= 4_000
