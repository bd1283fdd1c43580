"""Approvals, questions, answers and files in Block Kit."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from inline_snapshot import snapshot
from slack_shape import drawn, shape

from adapters.ports.button import ButtonToken, answer, approve, deny, on_run
from adapters.ports.cards import (
    Asked,
    Attached,
    Block,
    Button,
    Buttons,
    Card,
    CardKey,
    Choice,
    Decision,
    GateFacts,
    Note,
    Operation,
    Prose,
    Steps,
    Thinking,
    Urgency,
    Workers,
)
from adapters.slack.render.card import growing, named
from runtime.approvals import Duration, Risk
from runtime.events import FileRef
from runtime.ids import Actor, ApprovalId, ArtifactHash, QuestionId, RunId

RUN, GATE = RunId("r.1"), ApprovalId("r.1.t1.1.a1")
AT = datetime(2026, 1, 1, 12, tzinfo=UTC)

ASKED = GateFacts("shell", Risk.HIGH, "deletes a folder", "Ann", AT)


APPROVAL: tuple[Block, ...] = (
    ASKED,
    Operation("rm -r \u202ex", "shell", cut=7),
    Buttons((Button("Approve", approve(GATE), "primary"), Button("Deny", deny(GATE), "danger"))),
    Choice("Approve for longer", (Button("For 1 hour", approve(GATE, Duration.HOUR)),)),
)


def test_an_approval() -> None:
    assert shape(*APPROVAL) == snapshot(
        [
            """\
rich_text: ✋ [bold]Approval needed[/]: [code]shell[/], high risk
deletes a folder
May decide: Ann
Until <2026-01-01 12:00 UTC>\
""",
            """\
rich_text: \n\
```
rm -r \\u202ex
```[italic]7 more characters are not shown here.[/]\
""",
            """\
actions: \n\
  press:0 Approve gate/r.1.t1.1.a1/once primary
  press:1 Deny gate/r.1.t1.1.a1/deny danger
  press:2 Approve for longer: For 1 hour gate/r.1.t1.1.a1/1h\
""",
        ]
    )


def test_only_people_of_the_rule_are_called() -> None:
    payload = drawn(ASKED, notify=("U012AB3CD", "ops", "<!channel>", "W999ZZZ"))
    assert shape(ASKED, notify=("U012AB3CD", "ops", "<!channel>", "W999ZZZ"))[0] == snapshot(
        "rich_text: @U012AB3CD @W999ZZZ this needs you."
    )
    assert payload.text == "Approval needed (high risk): shell"
    assert len(drawn(ASKED, notify=("ops",)).blocks) == 1


def test_a_notification_says_what_is_asked() -> None:
    assert drawn(*APPROVAL).text == snapshot("""\
Approval needed (high risk): shell
rm -r \\u202ex\
""")


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (
            Decision("approved", (Actor(id="U1", name="Ann"), Actor(id="U2")), AT, Duration.HOUR),
            "✅ [bold]Approved[/] by Ann and U2 for 1 hour, <2026-01-01 12:00 UTC>",
        ),
        (
            Decision("denied", (Actor(id="U1", name="Ann"),), AT),
            "⛔ [bold]Denied[/] by Ann, <2026-01-01 12:00 UTC>",
        ),
        (
            Decision("expired", at=AT),
            "⌛ [bold]Nobody decided in time[/], <2026-01-01 12:00 UTC>",
        ),
        (Decision("closed"), "⏹️ [bold]Closed with its task[/]"),
    ],
)
def test_a_decided_approval_has_no_buttons(decision: Decision, words: str) -> None:
    facts = GateFacts("shell", Risk.HIGH, "why", "Ann", AT, decision)
    assert shape(facts, Operation("ls")) == [
        f"rich_text: {words}\n[code]shell[/], high risk",
        "rich_text: \n```\nls\n```",
    ]


def test_questions() -> None:
    options = tuple(Button(o, answer(QuestionId("r.1.q1"), n)) for n, o in enumerate("ab"))
    assert shape(Asked("Which?", True), Buttons(options)) == snapshot(
        [
            """\
rich_text: ❓ [bold]Which?[/]
Write your answer in this thread.\
""",
            """\
actions: \n\
  press:0 a question/r.1.q1/0
  press:1 b question/r.1.q1/1\
""",
        ]
    )
    assert shape(Asked("Which?", False, "a", Actor(id="U1", name="Ann"))) == snapshot(
        [
            """\
rich_text: ❓ [bold]Which?[/]
💬 a (Ann)\
"""
        ]
    )
    assert shape(Asked("Which?", False)) == snapshot(
        [
            """\
rich_text: ❓ [bold]Which?[/]
Not answered.\
"""
        ]
    )


def test_an_answer_is_markdown_with_feedback() -> None:
    feedback = Buttons((Button("Good", on_run(RUN, "good")), Button("Bad", on_run(RUN, "bad"))))
    payload = drawn(Prose("# Hi\n\n*a* <b>", "# Hi\n\n*a* <b>"), feedback)
    assert payload.blocks == snapshot(
        (
            {
                "type": "markdown",
                "text": """\
# Hi

*a* <b>\
""",
            },
            {
                "type": "context_actions",
                "elements": [
                    {
                        "type": "feedback_buttons",
                        "action_id": "press:0",
                        "positive_button": {
                            "text": {"type": "plain_text", "text": "Good", "emoji": False},
                            "value": "run/r.1/good",
                        },
                        "negative_button": {
                            "text": {"type": "plain_text", "text": "Bad", "emoji": False},
                            "value": "run/r.1/bad",
                        },
                    }
                ],
            },
        )
    )
    assert payload.text == "# Hi\n\n*a* &lt;b&gt;"
    assert payload.metadata == named(CardKey("key"))


def test_only_a_growing_answer_grows() -> None:
    def card(*blocks: Block, state: str = "live") -> Card:
        is_live = state == "live"
        return Card(CardKey("k"), Urgency.ANSWER, "live" if is_live else "done", blocks)

    prose = Prose("a", "a", growing=True)
    assert growing(card(prose)) == "a"
    fenced = Prose("```py\nx\n```", "```py\nx", growing=True)
    assert growing(card(fenced)) == "```py\nx"
    assert growing(card(prose, state="done")) is None
    assert growing(card(Note("info", "x"))) is None
    assert growing(card()) is None


def test_files_and_empty_parts() -> None:
    file = FileRef(name="a\u202e.txt", artifact=ArtifactHash("f" * 64), size=1)
    assert shape(Attached(file)) == ["rich_text: 📎 a.txt"]
    assert shape(Note("info", ""), Steps((), 0, 0), Workers((), 0), Thinking((), None)) == snapshot(
        ["rich_text: …", "context: Thinking …"]
    )


def test_a_press_never_leaves_its_place() -> None:
    """Ids of one block differ, whatever stands in it."""
    row = Buttons((Button("a", ButtonToken("run", "x", "stop")),) * 3)
    choice = Choice("c", (Button("b", ButtonToken("run", "x", "stop")),))
    (actions,) = drawn(row, choice, row).blocks
    elements = actions["elements"]
    assert isinstance(elements, list)
    assert len({json.loads(json.dumps(e))["action_id"] for e in elements}) == 7


def test_at_high_risk_a_longer_approval_is_confirmed() -> None:
    options = (Button("For 1 hour", approve(GATE, Duration.HOUR)),)
    for confirm in ("", "High risk: more than this one call is allowed. " * 20):
        (row,) = drawn(Choice("Approve for longer", options, confirm)).blocks
        (select,) = cast(list[dict[str, Any]], row["elements"])
        assert ("confirm" in select) == bool(confirm)
