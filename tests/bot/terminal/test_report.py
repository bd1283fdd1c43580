"""What each event adds to the scroll, as it looks in a pipe."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from inline_snapshot import snapshot

from bot.terminal.painter import PlainPainter
from bot.terminal.report import report
from runtime.approvals import Duration, Risk, Rule, Subject
from runtime.events import (
    ApprovalExpired,
    ApprovalReceived,
    ApprovalRequired,
    Envelope,
    Event,
    FileCreated,
    FileRef,
    GrantGiven,
    GrantRevoked,
    MessageReceived,
    Notice,
    Outcome,
    PlanCreated,
    PlanUpdated,
    QuestionAnswered,
    QuestionAsked,
    ResponseComplete,
    RunFinished,
    RunStarted,
    StepCompleted,
    StepStarted,
    ThinkingChunk,
    ThinkingComplete,
    ThinkingStart,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
    Usage,
)
from runtime.folds.view import project
from runtime.ids import (
    Actor,
    ApprovalId,
    ArtifactHash,
    CallId,
    GrantId,
    QuestionId,
    RunId,
    Seq,
    SessionId,
    StepId,
)
from runtime.plan import Step, StepStatus
from runtime.view import ThreadView

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANN = Actor(id="ann", name="Ann")
STEPS = (Step(id=StepId("a"), title="Look around"), Step(id=StepId("b"), title="Tidy up"))
BEGIN: tuple[Event, ...] = (
    MessageReceived(actor=ANN, text="tidy up\nplease", message_id="1"),
    RunStarted(run_id=RunId("s.1"), title="tidy up", requester=ANN, model="demo"),
)
CALL = ToolCallStart(
    call_id=CallId("c1"), tool="shell", summary="ls -la", isolation="Docker, no network, 512 MB"
)
GATE = ApprovalRequired(
    approval_id=ApprovalId("a1"), call_id=CallId("c2"), tool="shell",
    operation="rm -rf build\nrm -rf dist", risk=Risk.HIGH, why="deletes files", rule=Rule(),
    subject=Subject(value="rm -rf build"), digest="d", expires_at=START + timedelta(hours=1),
)  # fmt: skip


def fold(events: Sequence[Event]) -> ThreadView:
    view = ThreadView(SessionId("s"))
    for number, event in enumerate(events, 1):
        view = project(view, envelope(number, event))
    return view


def envelope(number: int, event: Event) -> Envelope:
    at = START + timedelta(seconds=number)
    return Envelope(session_id=SessionId("s"), seq=Seq(number), at=at, event=event)


def printed(*events: Event) -> str:
    """What the events print after the usual beginning."""
    out, seen = io.StringIO(), [*BEGIN]
    for event in events:
        PlainPainter(out).paint(report(fold(seen), envelope(len(seen) + 1, event)))
        seen.append(event)
    return out.getvalue()


def test_the_beginning() -> None:
    out = io.StringIO()
    for number, event in enumerate(BEGIN, 1):
        PlainPainter(out).paint(report(fold(BEGIN[: number - 1]), envelope(number, event)))
    assert out.getvalue() == snapshot("""\
> Ann: tidy up
> please
  demo · mode semi
""")


def test_a_plan_and_its_steps() -> None:
    moved = (
        STEPS[0].model_copy(update={"status": StepStatus.DONE}),
        STEPS[1].model_copy(update={"status": StepStatus.ACTIVE}),
    )
    other = (*moved, Step(id=StepId("c"), title="Report"))
    assert printed(
        PlanCreated(steps=STEPS),
        StepStarted(step_id=StepId("a")),
        StepCompleted(step_id=StepId("a"), note="12 files"),
        PlanUpdated(steps=moved),
        PlanUpdated(steps=other),
    ) == snapshot("""\
Plan
  ○ 1  Look around
  ○ 2  Tidy up
  ◐ 1 of 2  Look around
  ● 1 of 2  Look around  12 files
  ◐ 2 of 2  Tidy up
New plan
  ● 1  Look around
  ◐ 2  Tidy up
  ○ 3  Report
""")


def test_thinking_is_folded() -> None:
    assert printed(
        ThinkingStart(turn=1),
        ThinkingChunk(turn=1, text="Let me see."),
        ThinkingComplete(turn=1, text="Let me see.", seconds=4.21),
        ThinkingComplete(turn=2, text=" ", seconds=0.1),
    ) == snapshot("  thought for 4.2 s\n")


def test_a_call_with_its_output() -> None:
    output = "".join(f"line {n}\n" for n in range(1, 13))
    assert printed(
        CALL,
        ToolCallChunk(call_id=CallId("c1"), text="line 1\n"),
        ToolCallComplete(
            call_id=CallId("c1"), output=output, exit_code=0, seconds=12.3, changed=("+a", "~b")
        ),
        CALL.model_copy(update={"call_id": CallId("c2"), "attempt": 2}),
        ToolCallComplete(call_id=CallId("c2"), output="", exit_code=3, seconds=0.04),
    ) == snapshot("""\
  sandbox: Docker, no network, 512 MB
▸ shell  ls -la
  │ … 4 more lines above
  │ line 5
  │ line 6
  │ line 7
  │ line 8
  │ line 9
  │ line 10
  │ line 11
  │ line 12
  ✓ 12 s · files: +a, ~b
▸ shell  ls -la  once more
  ✗ exit code 3, 0.0 s
""")


def test_calls_that_fail() -> None:
    assert printed(
        CALL,
        ToolCallFailed(
            call_id=CallId("c1"), tool="shell", kind="timeout", output="half",
            message="Ended after 120 s.\nTry less.", changed=("+x",),
        ),
        ToolCallFailed(call_id=CallId("c9"), tool="fly", kind="unknown_tool", message="No such."),
        ToolCallFailed(call_id=CallId("c8"), tool="shell", kind="denied", message="Denied."),
    ) == snapshot("""\
  sandbox: Docker, no network, 512 MB
▸ shell  ls -la
  │ half
  ✗ timeout: Ended after 120 s. · files: +x
    Try less.
  ✗ fly: unknown tool: No such.
""")  # fmt: skip


def test_what_only_the_container_says_of_a_call_is_printed_so() -> None:
    done = ToolCallComplete(
        call_id=CallId("c1"), output="all passed", exit_code=0, reported=True, notes=("Not all.",)
    )
    text = printed(CALL, done)
    assert "the container reports: exit code 0" in text
    assert "Not all." in text
    assert "\u2713" not in text
    failed = ToolCallFailed(
        call_id=CallId("c1"), tool="shell", kind="timeout", message="Late.", reported=True
    )
    assert "the container reports: timeout: Late." in printed(CALL, failed)


def test_the_plan_tool_says_nothing_of_its_own() -> None:
    call = CALL.model_copy(update={"tool": "plan", "isolation": ""})
    assert printed(call, ToolCallComplete(call_id=CallId("c1"), output="x")) == ""


def test_an_approval_and_its_decision() -> None:
    grant = GrantGiven(
        grant_id=GrantId("g1"), tool="shell", subject=Subject(value="rm -rf build"),
        risk=Risk.HIGH, duration=Duration.HOUR, run_id=RunId("s.1"), by=ANN,
    )  # fmt: skip
    yes = ApprovalReceived(
        approval_id=ApprovalId("a1"), approved=True, duration=Duration.HOUR, actors=(ANN,)
    )
    assert printed(GATE, yes, grant, GrantRevoked(grant_id=GrantId("g1"), by=ANN)) == snapshot("""\
? Approval needed · high risk · shell
  │ rm -rf build
  │ rm -rf dist
  why  deletes files
  who  Ann, within 59 min 57 s
  a longer yes covers  exactly this command and no other
  y yes, once · n no · or yes for longer: r this task · 15 minutes · 1h · t this thread
✓ Approved by Ann for 1 hour
  /revoke 1 takes this permission back
✗ Permission taken back shell rm -rf build by Ann
""")


def test_what_is_approved_hides_nothing() -> None:
    operation = "rm -rf /important\rls\x1b[2K\u202e"
    text = printed(GATE.model_copy(update={"operation": operation}))
    assert "  │ rm -rf /important\\rls\\x1b[2K\\u202e\n" in text


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            ApprovalReceived(approval_id=ApprovalId("a1"), approved=False, actors=(ANN,)),
            "✗ Denied by Ann\n",
        ),
        (
            ApprovalExpired(approval_id=ApprovalId("a1")),
            "✗ Nobody decided in time, so the call was not run\n",
        ),
        (
            FileCreated(
                file=FileRef(name="a/b.txt", artifact=ArtifactHash("f" * 64), size=2048),
                call_id=CallId("c1"),
            ),
            "  File: a/b.txt, 2.0 KiB\n",
        ),
        (Notice(text="Slow\nvery", level="warning"), "  ! Slow\n  ! very\n"),
        (ResponseComplete(turn=1, text="A **note**.", final=False), "\nA **note**.\n\n"),
        (ResponseComplete(turn=1, text=" "), ""),
        (RunFinished(outcome=Outcome.DONE), "✓ Done · 1.0 s\n"),
        (RunFinished(outcome=Outcome.FAILED, reason="No key."), "✗ Failed: No key · 1.0 s\n"),
        (
            RunFinished(outcome=Outcome.CANCELLED, reason="Stopped by Ann."),
            "■ Stopped by Ann · 1.0 s\n",
        ),
    ],
)
def test_single_events(event: Event, line: str) -> None:
    assert printed(GATE, event).removeprefix(printed(GATE)).replace("3.0 s", "2.0 s") == line


def test_questions() -> None:
    asked = QuestionAsked(
        question_id=QuestionId("q1"), question="Which colour?\nOf two.", options=("Red", "Blue")
    )
    rate_limit = QuestionAsked(
        question_id=QuestionId("q2"), kind="budget", question="2 $ used?", options=("Go", "Stop")
    )
    answered = QuestionAnswered(question_id=QuestionId("q1"), answer="Red", actor=ANN)
    assert printed(asked, answered, rate_limit) == snapshot("""\
? Which colour?
  Of two.
  1  Red
  2  Blue
  type a number, or another answer
> Ann: Red
? 2 $ used?
  1  Go
  2  Stop
  type a number
""")


def test_the_end_counts_tokens_and_money() -> None:
    usage = Usage(turn=1, input_tokens=1200, output_tokens=34, cost=0.0123)
    assert printed(usage, usage, RunFinished(outcome=Outcome.DONE)) == snapshot(
        "✓ Done · 3.0 s · 2,468 tokens, $0.0246\n"
    )
