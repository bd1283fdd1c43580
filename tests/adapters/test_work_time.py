"""What cards say of the time that a task took: work counts, waiting for people is named."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from adapters_play import ANN, CALL, GATE, QUESTION, SESSION, started

from adapters.discord.render import work as discord_work
from adapters.discord.render.text import Pen
from adapters.layout.layout import layout
from adapters.ports.cards import Block, Card, Heading, Status
from adapters.ports.limits import Limits
from adapters.slack.render import work as slack_work
from adapters.web.context import About
from adapters.web.render import panel
from bot.terminal.units import elapsed
from runtime.approvals import NOTHING, Duration, Risk, Rule
from runtime.events import (
    ApprovalReceived,
    ApprovalRequired,
    Envelope,
    Event,
    Notice,
    Outcome,
    QuestionAnswered,
    QuestionAsked,
    ResponseChunk,
    ResponseStart,
    RunFinished,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallStart,
)
from runtime.folds.view import project
from runtime.ids import NO_SEQ, Seq
from runtime.view import RunView, ThreadView

ZERO = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
CALLED = ToolCallStart(call_id=CALL, tool="shell", summary="./steps 60")
ASKED = QuestionAsked(question_id=QUESTION, kind="ask", question="Which?")
ANSWERED = QuestionAnswered(question_id=QUESTION, answer="b", actor=ANN)
ABOUT = About(version="1", demo=False, model="demo", why="", mode="semi", tools=())
YES = ApprovalReceived(approval_id=GATE, approved=True, actors=(ANN,), duration=Duration.ONCE)


def printed(step: int) -> ToolCallChunk:
    return ToolCallChunk(call_id=CALL, text=f"step {step} of 60\n")


def required(rule: Rule) -> ApprovalRequired:
    return ApprovalRequired(
        approval_id=GATE, call_id=CALL, tool="shell", operation="rm -rf b", risk=Risk.HIGH,
        why="", rule=rule, subject=NOTHING, digest="d", expires_at=ZERO + timedelta(days=1),
    )  # fmt: skip


def seen(*events: tuple[float, Event]) -> RunView:
    """The task after these events, each so many seconds after its start."""
    view = ThreadView(SESSION)
    for number, (after, event) in enumerate(((0.0, started()), *events)):
        chunk = isinstance(event, ToolCallChunk | ResponseChunk)
        run = view.run.run_id if view.run else None
        envelope = Envelope(
            session_id=SESSION, run_id=run, seq=Seq(number), at=ZERO + timedelta(seconds=after),
            delta=number if chunk else None, event=event,
        )  # fmt: skip
        view = project(view, envelope)
    assert view.run is not None
    return view.run


def card_of(run: RunView) -> Card:
    return layout(ThreadView(SESSION, NO_SEQ, runs=(run,)), Limits())[0]


def block(run: RunView, kind: type[Block]) -> Block:
    return next(found for found in card_of(run).blocks if isinstance(found, kind))


def figure(run: RunView) -> float:
    status = block(run, Status)
    assert isinstance(status, Status)
    return status.seconds


def test_work_runs_on_while_a_step_prints() -> None:
    steps = [(float(n), printed(n)) for n in range(1, 60)]
    assert figure(seen((0.3, CALLED), *steps[:19])) == 19.0
    assert figure(seen((0.3, CALLED), *steps)) == 59.0
    ended = (
        (60.0, ToolCallComplete(call_id=CALL, output="")),
        (60.5, RunFinished(outcome=Outcome.DONE)),
    )
    assert figure(seen((0.3, CALLED), *steps, *ended)) == 60.5


WAITS: list[tuple[Event, Event]] = [(required(Rule()), YES), (ASKED, ANSWERED)]


@pytest.mark.parametrize(("asked", "answered"), WAITS)
def test_waiting_for_people_is_named_and_is_no_work(asked: Event, answered: Event) -> None:
    waiting = seen((4.0, asked))
    assert block(waiting, Heading) == Heading(
        "Find the leak", waiting.phase, None, waiting=True, people="Ann"
    )
    assert figure(waiting) == 4.0
    assert waiting.work(ZERO + timedelta(hours=9)) == 4.0
    later = seen((4.0, asked), (3_604.0, answered), (3_606.0, CALLED))
    assert figure(later) == 6.0
    ended = seen(
        (4.0, asked), (3_604.0, answered), (3_606.0, RunFinished(outcome=Outcome.CANCELLED))
    )
    assert figure(ended) == 6.0


def test_two_waits_at_once_are_one() -> None:
    run = seen((1.0, required(Rule())), (2.0, ASKED), (5.0, YES), (9.0, ANSWERED), (10.0, CALLED))
    assert figure(run) == 2.0


def test_a_pause_is_no_work() -> None:
    paused: tuple[float, Event] = (2.0, Notice(text="Paused by Ann.", paused=True))
    run = seen((0.5, CALLED), paused, (90.0, Notice(text="Late.")))
    assert (figure(run), run.paused) == (2.0, True)
    run = seen(
        (0.5, CALLED), paused, (90.0, Notice(text="Resumed by Ann.", paused=False)), (91.0, CALLED)
    )
    assert (figure(run), run.paused) == (3.0, False)


def test_a_clock_that_is_set_back_makes_no_figure_negative() -> None:
    run = seen((5.0, required(Rule())), (1.0, YES), (-9.0, CALLED))
    assert figure(run) == 0.0


def test_time_alone_is_no_reason_to_edit() -> None:
    """While an answer grows, the card of its task stays as it is."""
    before: list[tuple[float, Event]] = [
        (1.0, CALLED),
        (2.0, ToolCallComplete(call_id=CALL, output="")),
        (3.0, ResponseStart(turn=2, attempt=1)),
    ]
    word, more = (ResponseChunk(turn=2, attempt=1, text=text) for text in ("The ", "leak."))
    answering, later = seen(*before, (4.0, word)), seen(*before, (4.0, word), (9.0, more))
    assert (figure(answering), figure(later)) == (4.0, 9.0)
    assert card_of(answering) == card_of(later)


NAMED: list[tuple[Rule, str]] = [
    (Rule(), "Ann"),
    (Rule(people=("bob",)), "Ann or an approver"),
    (Rule(requester=False, people=("U0B2",)), "an approver"),
    (Rule(requester=False, people=("U0B2", "U0B3")), "an approver"),
    (Rule(requester=False, roles=("ops",)), "the role ops"),
    (Rule(anyone=True), "anyone in the thread"),
    (Rule(requester=True, people=("bob",), not_requester=True), "an approver"),
    (Rule(anyone=True, not_requester=True), "somebody else in the thread"),
]


@pytest.mark.parametrize(("rule", "name"), NAMED)
def test_who_is_waited_for(rule: Rule, name: str) -> None:
    assert seen((1.0, required(rule))).waits_for == name


def test_every_surface_says_so() -> None:
    working = seen((2.0, CALLED), (61.0, printed(19)))
    waiting = seen((2.0, CALLED), (61.0, required(Rule())), (99.0, Notice(text="Soon.")))
    resumed = seen((2.0, CALLED), (61.0, required(Rule())), (99.0, YES), (100.0, printed(20)))
    start = int(ZERO.timestamp())
    assert f"<t:{start}:R>" in discord(working)
    assert "1 min 01 s" in discord(waiting)
    assert f"work began <t:{start + 38}:R>, waits not counted" in discord(resumed)
    assert f"'timestamp': {start}, 'format': '{{ago}}'" in slack(working)
    assert "1 min 01 s" in slack(waiting)
    assert "'fallback': '1 min 02 s ago'" in slack(resumed)
    assert "waits not counted" in slack(resumed)
    for said in (discord(waiting), slack(waiting), page(waiting)):
        assert "Waiting for Ann" in said
    assert 'data-since="2026-01-01T00:00:38+00:00"' in page(resumed)
    assert "1 min 01 s" in page(waiting)
    assert "data-since" not in page(waiting)
    assert elapsed(resumed, ZERO + timedelta(seconds=110)) == "1 min 12 s"
    assert elapsed(waiting, ZERO + timedelta(hours=1)) == "1 min 01 s"


def discord(run: RunView) -> str:
    heading, status = block(run, Heading), block(run, Status)
    assert isinstance(heading, Heading)
    assert isinstance(status, Status)
    return discord_work.heading(heading, Pen()) + discord_work.status(status, Pen())


def slack(run: RunView) -> str:
    heading, status = block(run, Heading), block(run, Status)
    assert isinstance(heading, Heading)
    assert isinstance(status, Status)
    return f"{slack_work.title(heading)}{slack_work.status(status)}"


def page(run: RunView) -> str:
    return panel.status(run, False, ABOUT)
