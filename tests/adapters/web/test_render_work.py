"""Words of the story: nothing is said twice, and no figure that says nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from adapters.web.context import About
from adapters.web.render import panel, timeline, work
from adapters.web.render.tags import Html
from runtime.approvals import Risk
from runtime.events import Envelope, Outcome, ToolCallComplete
from runtime.ids import Actor, CallId, RunId, Seq, SessionId, StepId
from runtime.plan import Step
from runtime.view import CallView, RunView, Thought

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RUN = RunView(
    RunId("s.1"), "Clean up", Actor(id="ann", name="Ann"), "scripted", NOW,
    finished_at=NOW + timedelta(seconds=4),
)  # fmt: skip
ABOUT = About("1", "scripted", "", demo=False, mode="semi")
CALL = CallView(CallId("c1"), "shell", "ls", {}, Risk.LOW, "done")


def words(html: Html | None) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html or "")).split())


@pytest.mark.parametrize(
    ("outcome", "reason", "said"),
    [
        (Outcome.DONE, "nothing to add", "Done 4.0 s"),
        (Outcome.CANCELLED, "", "Stopped 4.0 s"),
        (Outcome.CANCELLED, "Stopped by Ann.", "Stopped by Ann. 4.0 s"),
        (Outcome.FAILED, "The key was refused.", "Failed. The key was refused. 4.0 s"),
    ],
)
def test_an_end(outcome: Outcome, reason: str, said: str) -> None:
    run = replace(RUN, outcome=outcome, reason=reason)
    assert words(work.ending(run, newest=False)) == said


@pytest.mark.parametrize(
    ("ahead", "said"),
    [(3, "Waiting: 3 tasks are ahead"), (1, "Waiting: 1 task is ahead"), (None, "Planning")],
)
def test_a_place_in_the_queue(ahead: int | None, said: str) -> None:
    run = replace(RUN, finished_at=None, ahead=ahead)
    assert words(panel.status(run, False, ABOUT)).startswith(said)


def test_a_thought_of_no_time() -> None:
    thought = Thought(turn=1, attempt=1, text="Hm.", step_id=None, seconds=0.01)
    assert words(work.thought(thought, ())) == "Thought Hm."
    assert words(work.thought(replace(thought, seconds=2.0), ())) == "Thought for 2.0 s Hm."


def test_a_thought_names_its_step() -> None:
    plan = (Step(id=StepId("1"), title="Look"), Step(id=StepId("2"), title="Paint the fence"))
    thought = Thought(turn=1, attempt=1, text="Hm.", step_id=StepId("2"), seconds=None)
    assert words(work.thought(thought, plan)) == "Thinking · Paint the fence Hm."


def test_a_call_that_never_began() -> None:
    """Its name is all there is to say of it, once."""
    denied = replace(CALL, summary="shell", status="failed", failure="denied")
    assert words(work.call(denied)) == "shell denied"
    assert words(work.call(CALL)) == "shell ls"


def test_a_result_of_no_time() -> None:
    for seconds, text in ((0.02, "at once"), (1.5, "after 1.5 s")):
        event = ToolCallComplete(call_id=CallId("c1"), output="", seconds=seconds)
        envelope = Envelope(
            session_id=SessionId("s"), run_id=RunId("s.1"), seq=Seq(1), at=NOW, event=event
        )
        moment = timeline.moment(envelope, RunId("s.1"))
        assert moment is not None
        assert moment.text == text
