"""What buttons and orders ask for, judged at the head that it is written at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.ports.button import DENY, ButtonToken
from runtime.approvals import Duration
from runtime.decide import inbox
from runtime.events import MessageReceived
from runtime.facts import Fact, FeedbackGiven
from runtime.folds.state import RunState
from runtime.ids import Actor, ApprovalId, QuestionId, RunId
from runtime.ports import Guard, Refused


def heard(guard: Guard, words: MessageReceived) -> Guard:
    """What the guard allows, and the words that asked for it."""

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        verdict = guard(state)
        return verdict if isinstance(verdict, Refused) else (*verdict, words)

    return judge


def pick(question: QuestionId, place: str, actor: Actor) -> Guard:
    """The option at a place that the button names."""

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        asked = state.question(question)
        options = asked.options if asked else ()
        chosen = int(place) if place.isascii() and place.isdecimal() else -1
        text = options[chosen] if 0 <= chosen < len(options) else ""
        return inbox.answer(question, actor, text)(state)

    return judge


def stop(run: RunId, actor: Actor, message_id: str) -> Guard:
    """An old button never stops a newer task."""

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        if state.run is None or state.run.run_id != run:
            return Refused("This task is over already.")
        return inbox.stop(actor, message_id)(state)

    return judge


def rate(run: RunId, actor: Actor, *, good: bool) -> Guard:
    """Feedback is for tasks that exist; a second word of the same person changes nothing."""

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        known = {f"{state.session_id}.{ordinal}" for ordinal in range(1, state.runs + 1)}
        if run not in known:
            return Refused("This task is not on the record.")
        return (FeedbackGiven(run_id=run, actor=actor, good=good),)

    return judge


def of_token(token: ButtonToken, actor: Actor, message_id: str, now: datetime) -> Guard | None:
    """What a press asks for; None for a button that does not exist."""
    match token:
        case ButtonToken(kind="gate", id=gate, choice=choice):
            known = choice == DENY or choice in {duration.value for duration in Duration}
            lasts = Duration.ONCE if choice == DENY or not known else Duration(choice)
            approve = choice != DENY
            vote = inbox.vote(ApprovalId(gate), actor, approve=approve, duration=lasts, now=now)
            return vote if known else None
        case ButtonToken(kind="question", id=question, choice=choice):
            return pick(QuestionId(question), choice, actor)
        case ButtonToken(kind="run", id=run, choice="stop"):
            return stop(RunId(run), actor, message_id)
        case ButtonToken(kind="run", id=run, choice="good" | "bad"):
            return rate(RunId(run), actor, good=token.choice == "good")
        case _:
            return None
