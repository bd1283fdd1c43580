"""Words that answer what the agent asked: guards, judged at the head they are written at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from adapters import options
from runtime.decide import inbox
from runtime.events import MessageReceived
from runtime.facts import Fact
from runtime.folds.state import OpenQuestion, RunState
from runtime.ids import QuestionId
from runtime.ports import Guard, Refused
from runtime.view import QuestionView

Match = Callable[[str, Sequence[str]], str | None]


def speak(message: MessageReceived) -> Guard:
    """Words answer what the agent asked; else they steer the task, or begin the next one. A task
    that is being stopped hears nothing more."""

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        questions = () if message.files or message.unread else _questions(state)
        if (verdict := _option(state, questions, message, options.meant)) is not None:
            return verdict
        asked = next((q for q in questions if q.kind == "ask"), None)
        if asked is None:
            return (message,)
        verdict = _answer(state, asked.question_id, message.text, message)
        return (message,) if isinstance(verdict, Refused) else verdict

    return judge


def unless_option(message: MessageReceived, order: Guard) -> Guard:
    """An order, unless the words are an option of an open question: then they answer it. Who may
    not answer may still give the order."""

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        verdict = _option(state, _questions(state), message, options.equal)
        return order(state) if verdict is None or isinstance(verdict, Refused) else verdict

    return judge


def is_option(text: str, questions: Iterable[QuestionView]) -> bool:
    """Whether the words are an option of one of these, letter by letter."""
    return any(options.equal(text, question.options) for question in questions)


def _questions(state: RunState) -> tuple[OpenQuestion, ...]:
    return state.run.questions if state.run and state.run.stop is None else ()


def _option(
    state: RunState, questions: Sequence[OpenQuestion], message: MessageReceived, match: Match
) -> Sequence[Fact] | Refused | None:
    """None if the words are no option of any of the questions."""
    for question in questions:
        if (chosen := match(message.text, question.options)) is not None:
            return _answer(state, question.question_id, chosen, message)
    return None


def _answer(
    state: RunState, question: QuestionId, text: str, message: MessageReceived
) -> Sequence[Fact] | Refused:
    answer = inbox.answer(question, message.actor, text)(state)
    if isinstance(answer, Refused):
        return answer
    # The words stay in the thread, and their key keeps a second delivery from steering.
    return (*answer, message.model_copy(update={"aside": True}))
