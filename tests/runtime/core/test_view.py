"""What people see: the fold of events into a ThreadView."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from core_log import ANN, BOB, CALL, GATE, QUESTION, RUN, SESSION, said

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
    Phase,
    PlanCreated,
    QuestionAnswered,
    QuestionAsked,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    RunFinished,
    RunStarted,
    StepStarted,
    SubagentCompleted,
    SubagentStarted,
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
from runtime.folds.view_work import TAIL
from runtime.ids import ArtifactHash, CallId, GrantId, RunId, Seq, StepId
from runtime.plan import Step, StepStatus
from runtime.testing.clock import START
from runtime.view import Answer, RunView, ThreadView

STARTED = RunStarted(run_id=RUN, title="t", requester=ANN, model="m")
BEGUN = ToolCallStart(call_id=CALL, tool="shell", summary="ls", isolation="fake")
FINISHED = RunFinished(outcome=Outcome.DONE)


class Watch:
    """A viewer from the start: chunks are numbered as the hub numbers them."""

    def __init__(self, *events: Event) -> None:
        self.view, self.seq, self.delta = ThreadView(SESSION), 0, 0
        self.see(STARTED, *events)

    def see(self, *events: Event) -> RunView:
        for event in events:
            chunk = isinstance(event, ThinkingChunk | ToolCallChunk | ResponseChunk)
            self.delta = self.delta + 1 if chunk else 0
            self.seq += not chunk
            self.view = project(
                self.view,
                Envelope(
                    session_id=SESSION,
                    run_id=RUN,
                    seq=Seq(self.seq),
                    at=START + timedelta(seconds=self.seq),
                    delta=self.delta if chunk else None,
                    event=event,
                ),
            )
        return self.run

    @property
    def run(self) -> RunView:
        assert self.view.run is not None
        return self.view.run


def text(piece: str, attempt: int = 1, turn: int = 1) -> Event:
    return ResponseChunk(turn=turn, attempt=attempt, text=piece)


def used(turn: int = 1, attempt: int = 1, cost: float | None = None) -> Event:
    return Usage(turn=turn, attempt=attempt, input_tokens=10, output_tokens=2, cost=cost)


def required(**more: Any) -> ApprovalRequired:
    return ApprovalRequired(
        approval_id=GATE, call_id=CALL, tool="shell", operation="o", risk=Risk.HIGH, why="w",
        rule=Rule(), subject=Subject(), digest="d", expires_at=START, **more,
    )  # fmt: skip


def test_people_stand_in_the_thread_with_their_asides() -> None:
    message = said("psst", actor=BOB, aside=True)
    assert isinstance(message, MessageReceived)
    watch = Watch(message)
    (line,) = watch.view.lines
    assert (line.actor, line.text, line.aside, line.seq) == (BOB, "psst", True, 2)


def test_text_stays_on_the_card_until_it_opens_a_message() -> None:
    run = Watch(text("Hel"), text("lo")).run
    assert run.draft == Answer(1, 1, "Hello")
    assert run.answers == ()
    run = Watch(text("Hel"), ResponseStart(turn=1), text("lo")).run
    assert run.draft is None
    assert run.answers == (Answer(1, 1, "Hello"),)


def test_short_text_before_a_call_stays_as_a_note() -> None:
    run = Watch(text("I look."), ResponseComplete(turn=1, text="I look.", final=False), BEGUN).run
    assert (run.note, run.draft, run.answers) == ("I look.", None, ())


def test_a_message_that_a_call_follows_stays_as_a_finished_note() -> None:
    watch = Watch(ResponseStart(turn=1), text("long"))
    run = watch.see(ResponseComplete(turn=1, text="long.", final=False))
    assert run.answers == (Answer(1, 1, "long.", "note"),)
    run = watch.see(ResponseStart(turn=2), ResponseComplete(turn=2, text="end"))
    assert [answer.state for answer in run.answers] == ["note", "final"]


def test_the_final_text_is_the_recorded_one() -> None:
    run = Watch(text("typo"), ResponseStart(turn=1), ResponseComplete(turn=1, text="exact")).run
    assert run.answers == (Answer(1, 1, "exact", "final"),)
    assert run.phase is Phase.COMPILING


def test_a_retried_turn_replaces_its_text_and_thinking() -> None:
    watch = Watch(
        ThinkingStart(turn=1), ThinkingChunk(turn=1, text="hm"),
        ThinkingComplete(turn=1, text="hm"), ResponseStart(turn=1), text("Hello wor"),
    )  # fmt: skip
    run = watch.see(ThinkingStart(turn=1, attempt=2), ThinkingChunk(turn=1, attempt=2, text="so"))
    assert [(t.attempt, t.text) for t in run.thoughts] == [(2, "so")]
    run = watch.see(text("Hello", 2), ResponseStart(turn=1, attempt=2), text(" you", 2))
    assert run.answers == (Answer(1, 2, "Hello you"),)


def test_a_draft_of_an_earlier_attempt_is_replaced() -> None:
    assert Watch(text("Hello wor"), text("Hel", 2)).run.draft == Answer(1, 2, "Hel")
    assert Watch(text("a"), ThinkingStart(turn=1, attempt=2)).run.draft is None
    assert Watch(text("a"), ThinkingStart(turn=2)).run.draft is None
    assert Watch(text("a"), ResponseStart(turn=2)).run.answers == (Answer(2, 1),)


def test_a_complete_turn_leaves_nothing_of_its_failed_attempts() -> None:
    """Attempt 1 thought, opened a message and broke; attempt 2 called a tool without a word."""
    watch = Watch(ThinkingStart(turn=1), ThinkingChunk(turn=1, text="hm"))
    watch.see(ThinkingComplete(turn=1, text="hm"), ResponseStart(turn=1), text("x" * 400))
    run = watch.see(used(attempt=2), BEGUN)
    assert (run.thoughts, run.answers, run.draft) == ((), (), None)


def test_a_complete_turn_keeps_what_it_said() -> None:
    watch = Watch(ThinkingStart(turn=1), ThinkingComplete(turn=1, text="hm", seconds=2.0))
    run = watch.see(text("Hi"), ResponseStart(turn=1), used())
    assert run.answers == (Answer(1, 1, "Hi"),)
    assert [(t.text, t.seconds) for t in run.thoughts] == [("hm", 2.0)]


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.CANCELLED])
def test_what_was_never_completed_closes_with_the_run(outcome: Outcome) -> None:
    watch = Watch(ThinkingStart(turn=1), ResponseStart(turn=1), text("half a sen"), BEGUN)
    run = watch.see(required(), QuestionAsked(question_id=QUESTION, question="?"))
    assert run.waiting
    run = watch.see(RunFinished(outcome=outcome, reason="r"))
    assert (run.thoughts, run.draft, run.waiting) == ((), None, False)
    assert run.answers == (Answer(1, 1, "half a sen", "partial"),)
    assert (run.gates[0].decided, run.questions[0].closed) == ("closed", True)
    assert (run.calls[0].status, run.calls[0].failure) == ("failed", "stopped")
    assert (run.phase, run.outcome, run.reason) == (Phase.IDLE, outcome, "r")


def test_a_call_shows_its_last_lines_while_it_runs() -> None:
    watch = Watch(BEGUN, ToolCallChunk(call_id=CALL, text="a" * TAIL))
    run = watch.see(ToolCallChunk(call_id=CALL, text="end"))
    assert len(run.calls[0].tail) == TAIL
    assert run.calls[0].tail.endswith("end")
    assert (run.phase, run.isolation) == (Phase.TOOL_CALLING, "fake")
    run = watch.see(ToolCallComplete(call_id=CALL, output="out", exit_code=0, changed=("+a",)))
    (call,) = run.calls
    assert (call.status, call.tail, call.output, call.exit_code) == ("done", "", "out", 0)
    assert run.phase is Phase.OBSERVING


def test_what_only_the_container_says_is_shown_so() -> None:
    watch = Watch(BEGUN)
    run = watch.see(ToolCallComplete(call_id=CALL, output="", exit_code=0, reported=True))
    assert run.calls[0].report == "the container reports: exit 0"
    failed = ToolCallFailed(call_id=CALL, kind="output_limit", message="m", reported=True)
    assert watch.see(failed).calls[0].report == "the container reports: output limit"
    seen = watch.see(ToolCallComplete(call_id=CALL, output="", exit_code=0, notes=("n",)))
    assert (seen.calls[0].report, seen.calls[0].notes) == ("", ("n",))


def test_a_call_that_begins_again_replaces_itself() -> None:
    watch = Watch(BEGUN, ToolCallChunk(call_id=CALL, text="first"))
    run = watch.see(BEGUN.model_copy(update={"attempt": 2}))
    assert [(c.status, c.tail) for c in run.calls] == [("running", "")]


def test_a_call_that_was_turned_down_appears_with_its_reason() -> None:
    failed = ToolCallFailed(call_id=CALL, tool="shell", kind="denied", message="Denied by Bob.")
    (call,) = Watch(failed).run.calls
    assert (call.tool, call.status, call.failure, call.message) == (
        "shell", "failed", "denied", "Denied by Bob.",
    )  # fmt: skip


def test_gates_and_questions_keep_what_was_decided() -> None:
    watch = Watch(required())
    assert watch.run.waiting
    received = ApprovalReceived(
        approval_id=GATE, approved=True, actors=(ANN, BOB), duration=Duration.HOUR
    )
    (gate,) = watch.see(received).gates
    assert (gate.decided, gate.actors, gate.duration) == ("approved", (ANN, BOB), Duration.HOUR)
    assert gate.decided_at == START + timedelta(seconds=3)
    (gate,) = Watch(required(), ApprovalExpired(approval_id=GATE)).run.gates
    assert gate.decided == "expired"
    watch = Watch(QuestionAsked(question_id=QUESTION, question="?", options=("a",)))
    assert watch.run.waiting
    (question,) = watch.see(QuestionAnswered(question_id=QUESTION, answer="a", actor=BOB)).questions
    assert (question.answer, question.actor, question.closed) == ("a", BOB, True)


def test_permissions_stand_in_the_thread_until_they_end() -> None:
    def given(duration: Duration) -> GrantGiven:
        return GrantGiven(
            grant_id=GrantId(duration), tool="shell", subject=Subject(), risk=Risk.LOW,
            duration=duration, run_id=RUN, by=ANN,
        )  # fmt: skip

    watch = Watch(*map(given, (Duration.RUN, Duration.HOUR, Duration.THREAD)))
    watch.see(GrantRevoked(grant_id=GrantId(Duration.HOUR), by=BOB), FINISHED)
    assert [grant.duration for grant in watch.view.grants] == [Duration.THREAD]


def test_plan_files_remarks_subagents_and_spending() -> None:
    step = Step(id=StepId("1"), title="s")
    file = FileRef(name="a", artifact=ArtifactHash("0"), size=1)
    run = Watch(
        PlanCreated(steps=(step,)), StepStarted(step_id=StepId("1")),
        FileCreated(file=file, call_id=CALL), Notice(text="n", level="warning"),
        SubagentStarted(subagent_id="s", title="part"),
        SubagentCompleted(subagent_id="s", outcome=Outcome.DONE, summary="ok"),
        used(), used(2, cost=0.5), used(3),
    ).run  # fmt: skip
    assert run.plan[0].status is StepStatus.ACTIVE
    assert run.files == (file,)
    assert [(remark.level, remark.text) for remark in run.remarks] == [("warning", "n")]
    assert [(s.outcome, s.summary) for s in run.subagents] == [(Outcome.DONE, "ok")]
    assert (run.spend.turns, run.spend.input_tokens, run.spend.cost) == (3, 30, 0.5)


STALE = [
    ToolCallChunk(call_id=CallId("other"), text="late"),
    ThinkingChunk(turn=1, text="late"),
    ResponseChunk(turn=1, text="late"),
]


@pytest.mark.parametrize("chunk", [ToolCallChunk(call_id=CALL, text="late"), *STALE])
def test_a_stale_chunk_changes_nothing(chunk: Event) -> None:
    watch = Watch(ThinkingStart(turn=1), ThinkingComplete(turn=1, text="hm", seconds=1.0))
    watch.see(BEGUN, ToolCallComplete(call_id=CALL, output="out"))
    watch.see(ResponseStart(turn=1), ResponseComplete(turn=1, text="exact"))
    before = watch.run
    assert watch.see(chunk) == before
    watch.see(FINISHED)
    before = watch.run
    assert watch.see(chunk, text("late", turn=2)) == before


def test_a_chunk_of_another_task_never_reaches_the_newest() -> None:
    watch = Watch(FINISHED, STARTED.model_copy(update={"run_id": RunId("other")}))
    assert watch.see(text("of the first")).draft is None


def test_the_seq_of_a_view_never_goes_back() -> None:
    watch = Watch(BEGUN)
    chunk = Envelope(session_id=SESSION, seq=Seq(1), at=START, delta=1, event=text("x"))
    assert project(watch.view, chunk).seq == 2
