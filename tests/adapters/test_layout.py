"""Which messages a thread has, and what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from textwrap import wrap
from typing import cast

import pytest
from adapters_play import ANN, BOB, CALL, FILE, GATE, QUESTION, RUN, Play, started
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from adapters.layout.layout import layout
from adapters.ports.cards import Block, Buttons, Card, Choice, Note, Prose
from adapters.ports.limits import Limits
from runtime.approvals import Duration, Risk, Rule, Subject
from runtime.events import (
    ApprovalReceived,
    ApprovalRequired,
    Event,
    FileCreated,
    FileRef,
    Outcome,
    PlanCreated,
    QuestionAsked,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    RunFinished,
    StepStarted,
    ThinkingChunk,
    ThinkingComplete,
    ThinkingStart,
    ToolCallChunk,
    ToolCallStart,
    Usage,
)
from runtime.ids import StepId
from runtime.plan import Step
from runtime.testing.clock import START

ASKED = ApprovalRequired(
    approval_id=GATE, call_id=CALL, tool="shell", operation="rm -r build", risk=Risk.MEDIUM,
    why="deletes a folder", rule=Rule(), subject=Subject(value="rm -r build"), digest="d",
    expires_at=START + timedelta(hours=1),
)  # fmt: skip


WORK: tuple[Event, ...] = (
    PlanCreated(
        steps=(
            Step(id=StepId("1"), title="Look", tool_types=("shell",)),
            Step(id=StepId("2"), title="Mend"),
        )
    ),
    StepStarted(step_id=StepId("1")),
    ToolCallStart(call_id=CALL, tool="shell", summary="ls -l", isolation="Docker, no network"),
    ToolCallChunk(call_id=CALL, text="a\n\nb\nc\n"),
    Usage(turn=1, input_tokens=10, output_tokens=2, cost=0.01),
)


def cards(*events: Event, limits: Limits | None = None) -> tuple[Card, ...]:
    return layout(Play(started(), *events).view, limits or Limits())


def words(card: Card) -> list[str]:
    """One text for each block, in lines that fit; the run's id is cut short."""
    return [_words(block).replace(RUN, "R") for block in card.blocks]


def _words(block: Block) -> str:
    match block:
        case Buttons(row=row) | Choice(options=row):
            return "\n".join(f"[{button.label}] {replace(button.press, seal='')}" for button in row)
        case _:
            return "\n".join(wrap(repr(block), width=95))


def test_a_small_question_gets_just_its_answer() -> None:
    thought = (ThinkingStart(turn=1), ThinkingComplete(turn=1, text="hm", seconds=1))
    said = (ResponseStart(turn=1), ResponseComplete(turn=1, text="42"))
    (card,) = cards(*thought, *said, RunFinished(outcome=Outcome.DONE))
    assert (card.key.partition(":")[0], card.state) == ("answer", "done")
    assert words(card) == snapshot(
        [
            "Prose(text='42', source='42', growing=False)",
            """\
[Good answer] run/R/good
[Bad answer] run/R/bad\
""",
        ]
    )


def test_real_work_has_a_card() -> None:
    (card,) = cards(*WORK)
    assert (card.urgency.name, card.state) == ("WORK", "live")
    assert words(card) == snapshot(
        [
            """\
Heading(title='Find the leak', phase=<Phase.TOOL_CALLING: 'tool_calling'>, outcome=None,
waiting=False, people='')\
""",
            """\
Steps(rows=(StepRow(number=1, title='Look', status=<StepStatus.ACTIVE: 'active'>, note='',
tools=('shell',)), StepRow(number=2, title='Mend', status=<StepStatus.PENDING: 'pending'>,
note='', tools=())), done=0, total=2)\
""",
            "Running(tool='shell', summary='ls -l', risk=<Risk.LOW: 'low'>, tail=('a', 'b', 'c'))",
            """\
Status(seconds=4.0, tokens=12, cost=0.01, calls=1, model='demo', isolation='Docker, no
network', since=datetime.datetime(2026, 1, 1, 0, 0, 1, tzinfo=datetime.timezone.utc),
waited=False)\
""",
            """\
[Stop] run/R/stop
[Details] run/R/details\
""",
        ]
    )


def test_thinking_is_live_and_then_folded() -> None:
    live = (ThinkingStart(turn=1), ThinkingChunk(turn=1, text="first\n" * 100 + "last words"))
    (card,) = cards(*live)
    assert "last words" in words(card)[1]
    (card,) = cards(*live, ThinkingComplete(turn=1, text="x", seconds=7.25))
    assert words(card)[1] == snapshot("Thinking(lines=(), seconds=7.2, blocks=1)")


def test_an_approval_is_its_own_message_and_is_retired_in_place() -> None:
    _, asked = cards(ASKED)
    assert (asked.state, asked.notify) == ("open", ("ann",))
    assert words(asked) == snapshot(
        [
            """\
GateFacts(tool='shell', risk=<Risk.MEDIUM: 'medium'>, why='deletes a folder', who='Ann',
expires_at=datetime.datetime(2026, 1, 1, 1, 0, tzinfo=datetime.timezone.utc), decision=None,
longer='exactly this command and no other')\
""",
            "Operation(text='rm -r build', language='shell', cut=0, lines=0)",
            """\
[Approve] gate/R.t1.1.a1/once
[Deny] gate/R.t1.1.a1/deny\
""",
            """\
[For this task] gate/R.t1.1.a1/run
[For 15 minutes] gate/R.t1.1.a1/15m
[For 1 hour] gate/R.t1.1.a1/1h
[For this thread] gate/R.t1.1.a1/thread\
""",
        ]
    )
    decided = ApprovalReceived(
        approval_id=GATE, approved=True, actors=(BOB,), duration=Duration.HOUR
    )
    _, retired = cards(ASKED, decided)
    assert (retired.key, retired.state, retired.notify) == (asked.key, "done", ())
    assert words(retired) == snapshot(
        [
            """\
GateFacts(tool='shell', risk=<Risk.MEDIUM: 'medium'>, why='deletes a folder', who='Ann',
expires_at=datetime.datetime(2026, 1, 1, 1, 0, tzinfo=datetime.timezone.utc),
decision=Decision(verdict='approved', actors=(Actor(id='bob', name='Bob', roles=(),
local=False),), at=datetime.datetime(2026, 1, 1, 0, 0, 3, tzinfo=datetime.timezone.utc),
duration=<Duration.HOUR: '1h'>), longer='exactly this command and no other')\
""",
            "Operation(text='rm -r build', language='shell', cut=0, lines=0)",
        ]
    )


@pytest.mark.parametrize(
    ("operation", "labels"),
    [
        ("rm -r build", ["Approve", "Deny"]),
        ("rm -r build # " + "x" * 400, ["Approve", "Deny", "Details"]),
        ("rm -r \u202e" * 30, ["Approve", "Deny", "Details"]),
    ],
    ids=["short", "long", "longer than it looks"],
)
def test_what_may_not_be_seen_whole_can_be_read(operation: str, labels: list[str]) -> None:
    asked = ASKED.model_copy(update={"operation": operation})
    _, card = cards(asked, limits=Limits(text=3_800, operation=600))
    (row,) = [block.row for block in card.blocks if isinstance(block, Buttons)]
    assert [button.label for button in row] == labels
    assert all(button.press.id == asked.approval_id for button in row)


def test_a_question_offers_its_options() -> None:
    _, card = cards(QuestionAsked(question_id=QUESTION, question="Which?", options=("a", "b")))
    assert words(card) == snapshot(
        [
            "Asked(text='Which?', open=True, answer=None, by=None)",
            """\
[a] question/R.q1/0
[b] question/R.q1/1\
""",
        ]
    )


def test_files_come_once() -> None:
    file = FileRef(name="a.txt", artifact=FILE, size=1)
    keys = [card.key for card in cards(FileCreated(file=file, call_id=CALL))]
    assert [key.partition(":")[0] for key in keys] == ["file"]


def test_a_long_answer_has_parts_that_stay() -> None:
    text = "Words of a sentence. " * 100
    growing = (ResponseStart(turn=1), ResponseChunk(turn=1, text=text))
    early = cards(*growing, limits=Limits(text=600))
    late = cards(*growing, ResponseChunk(turn=1, text=text), limits=Limits(text=600))
    assert [card.state for card in early] == ["done"] * (len(early) - 1) + ["live"]
    assert late[: len(early) - 1] == early[:-1]


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.CANCELLED])
def test_a_task_that_did_not_succeed_says_so(outcome: Outcome) -> None:
    (card,) = cards(RunFinished(outcome=outcome, reason="The model refused the key."))
    assert "The model refused the key." in words(card)[1]


Text = st.text(max_size=40).map(lambda text: text * 100)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=Text, count=st.integers(1, 60), size=st.sampled_from((600, 1_800, 11_000)))
def test_no_card_is_larger_than_its_limit(text: str, count: int, size: int) -> None:
    steps = tuple(
        Step(id=StepId(str(n)), title=text, note=text, tool_types=(text,) * 9) for n in range(count)
    )
    view = cards(
        ThinkingStart(turn=1),
        ThinkingChunk(turn=1, text=text),
        PlanCreated(steps=steps),
        ToolCallStart(call_id=CALL, tool=text, summary=text, isolation=text),
        ToolCallChunk(call_id=CALL, text=text),
        ASKED.model_copy(
            update={
                "operation": text,
                "runs": text,
                "why": text,
                "tool": text,
                "rule": Rule(people=(text,) * count, roles=(text,) * count),
            }
        ),
        QuestionAsked(question_id=QUESTION, question=text, options=(text,) * count),
        ResponseChunk(turn=1, text=text),
        ResponseStart(turn=1),
        limits=Limits(text=size),
    )
    for card in view:
        assert characters(card.blocks) <= size, card


def characters(value: object) -> int:
    """Of all texts in it, but for press tokens, which nobody reads."""
    if isinstance(value, str):
        return 0 if hasattr(value, "name") else len(value)
    if isinstance(value, tuple):
        return sum(characters(item) for item in cast(tuple[object, ...], value))
    fields = getattr(value, "__dataclass_fields__", {})
    unread = ("press", "source", "language", "kind", "level", "style", "verdict")
    return sum(characters(getattr(value, name)) for name in fields if name not in unread)


def test_the_requester_is_called_by_name() -> None:
    assert ANN.name in words(cards(ASKED)[1])[0]


CUT = ResponseComplete(turn=1, text="Three reasons. First", final=False, partial=True)


@pytest.mark.parametrize(
    ("outcome", "mark"),
    [(Outcome.CANCELLED, "⏹️ Stopped"), (Outcome.FAILED, "The answer broke off here.")],
)
def test_text_that_never_ended_stays_and_is_marked(outcome: Outcome, mark: str) -> None:
    opened = (ResponseStart(turn=1), ResponseChunk(turn=1, text="Three reasons. First"))
    for before in ((), opened):
        card = cards(*before, CUT, RunFinished(outcome=outcome, reason="r"))[-1]
        assert (card.key.split(":")[0], card.state) == ("answer", "done")
        assert isinstance(card.blocks[0], Prose)
        assert card.blocks[0].source == "Three reasons. First"
        assert card.blocks[1:] == (Note("warning" if outcome is Outcome.FAILED else "info", mark),)


def test_text_that_a_crash_kept_off_the_record_is_left_as_it_stands() -> None:
    """The stop was written, its end by another process: nobody knows what the message says."""
    (card,) = [c for c in cards(ResponseStart(turn=1), RunFinished(outcome=Outcome.CANCELLED))
               if c.key.startswith("answer")]  # fmt: skip
    assert card.blocks == ()
