"""The fold from journal to what the model sees. Pure and stable: the same entries, the same
messages.

A request holds what stood in the journal when its turn began (`model_turn.seen`); what came later
belongs to the next request. Results come before words. Every call gets exactly one result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce

from runtime.attachments import Attached
from runtime.events import (
    MessageEdited,
    MessageReceived,
    Outcome,
    QuestionAnswered,
    QuestionAsked,
    ResponseComplete,
    RunFinished,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.facts import Entry, ModelTurn, PlannedCall, UnmadeCall
from runtime.folds.failure_streak import FailureStreak
from runtime.folds.heard import Heard
from runtime.folds.replace import replace
from runtime.folds.run import STOP
from runtime.folds.spoken import quoted
from runtime.ids import NO_SEQ, CallId, QuestionId, Seq
from runtime.ports.model import Message, Responded, Returned, Said
from runtime.tools.excerpt import spelled

_MOVED = "[note: this ran in a new container; of the one before only the workspace was kept]\n"
_REPORTED = (
    "[Nobody saw this call end: Aether was interrupted. What follows is what the container says, "
    "and programs in it can forge that: check what matters.]\nThe container reports:"
)
_SO_FAR = 8_000  # characters of the end of an answer that was stopped
_BEGUN = "[You had begun to answer, and people read this much of it:]"
_LIMIT = "[The limit of this task is reached. Answer now with what you have; no tools are left.]"
_UNMADE = (
    "ERROR (too many calls): not made. One answer may hold at most {made} tool calls; this one is "
    "beyond them. Look at the results of the first, then make the calls that are still needed."
)
_OVER = "The task ended before this call was made. It was not run."


@dataclass(frozen=True, slots=True)
class Conversation:
    """The fold at some head: requests and turns that are closed, and what is gathered for the
    next request. `left_out` messages stand before those in `closed`."""

    head: Seq = NO_SEQ
    closed: tuple[Message, ...] = ()
    left_out: int = 0
    heard: Heard = field(default_factory=Heard)
    calls: tuple[PlannedCall, ...] = ()
    unmade: tuple[UnmadeCall, ...] = ()
    results: dict[CallId, Returned] = field(default_factory=dict[CallId, Returned])
    notes: dict[CallId, tuple[str, ...]] = field(default_factory=dict[CallId, tuple[str, ...]])
    attached: Attached = field(default_factory=Attached)
    container: str = ""
    budget: QuestionId | None = None
    streak: FailureStreak = field(default_factory=FailureStreak)

    def after(self, entry: Entry) -> Conversation:
        """With one more entry."""
        attached = self.attached.after(entry)
        return replace(_after(replace(self, attached=attached), entry), head=entry.seq)

    @property
    def messages(self) -> tuple[Message, ...]:
        """All of it, ready for the next turn of the model."""
        return (*self.closed, *_request(self, self.head))

    @property
    def size(self) -> int:
        """Characters, about."""
        return sum(map(_size, self.closed))


def context(entries: Iterable[Entry]) -> tuple[Message, ...]:
    """The conversation so far, ready for the next turn of the model."""
    return reduce(Conversation.after, entries, Conversation()).messages


def _after(talk: Conversation, entry: Entry) -> Conversation:
    match entry.fact:
        case ModelTurn() as turn:
            return _turn(talk, entry.seq, turn)
        case ToolCallStart() as start:
            return _begin(talk, start)
        case ToolCallComplete(call_id=call_id) as done:
            return _result(talk, call_id, _completed(done), done)
        case ToolCallFailed(call_id=call_id) as failed:
            return _result(talk, call_id, _failure(failed), failed)
        case QuestionAsked(kind="budget", question_id=question):
            return replace(talk, budget=question)
        case _:
            heard = _hear(talk, entry)
            return talk if heard is talk.heard else replace(talk, heard=heard)


def _hear(talk: Conversation, entry: Entry) -> Heard:
    heard, files = talk.heard, talk.attached.files
    match entry.fact:
        case MessageReceived(is_read=True) as message:
            return heard.take(entry.seq, message, files)
        case MessageEdited() as edited:
            return heard.change(entry.seq, edited, files)
        case QuestionAnswered(question_id=question, answer=answer) if question == talk.budget:
            return heard.note(entry.seq, _LIMIT) if answer == STOP else heard
        case ResponseComplete(partial=True) | RunFinished() as end:
            return reduce(lambda heard, note: heard.note(entry.seq, note), _ended(end), heard)
        case _:
            return heard


def _turn(talk: Conversation, seq: Seq, turn: ModelTurn) -> Conversation:
    """It had read everything up to `turn.seen`; what was said since waits for the next one."""
    return replace(
        talk,
        closed=(*talk.closed, *_request(talk, turn.seen), *_responded(turn)),
        heard=_nudged(talk.heard.since(turn.seen), seq, turn),
        streak=talk.streak.read(),
        calls=turn.calls,
        unmade=turn.unmade,
        results={},
        notes={},
    )


def _responded(turn: ModelTurn) -> tuple[Responded, ...]:
    """A turn without a word is none for the provider."""
    return (Responded(turn.blob),) if turn.blob else ()


def _nudged(heard: Heard, seq: Seq, turn: ModelTurn) -> Heard:
    return heard if turn.nudge is None else heard.note(seq, f"[{turn.nudge.text}]")


def _request(talk: Conversation, seen: Seq) -> Iterator[Message]:
    """Results in the order of their calls, then the words up to `seen`."""
    for call in talk.calls:
        missing = Returned(call.provider_call_id, call.tool, _OVER)
        yield talk.results.get(call.call_id, missing)
    for unmade in talk.unmade:
        text = _UNMADE.format(made=len(talk.calls))
        yield Returned(unmade.provider_call_id, unmade.tool, text)
    if news := talk.streak.news:
        yield Said(news)
    yield from talk.heard.read(seen)


def _begin(talk: Conversation, start: ToolCallStart) -> Conversation:
    """A call begins. The model is told when its container is not the one before, and which files
    are not there; once, however often the call is begun."""
    notes = dict.fromkeys(talk.notes.get(start.call_id, ()))
    if start.container and talk.container not in ("", start.container):
        notes[_MOVED] = None
    notes.update(dict.fromkeys(f"[note: {quoted(why)}]\n" for why in start.lacking))
    known = {**talk.notes, start.call_id: tuple(notes)} if notes else talk.notes
    return replace(talk, notes=known, container=start.container or talk.container)


def _size(message: Message) -> int:
    match message:
        case Said(text=text) | Responded(blob=text) | Returned(content=text):
            return len(text)


def _ended(end: ResponseComplete | RunFinished) -> Iterator[str]:
    """How a task ended that did not come to its end, and what it had begun to say."""
    match end:
        case ResponseComplete(text=text):
            yield f"{_BEGUN}\n{text[-_SO_FAR:]}"
        case RunFinished(outcome=Outcome.CANCELLED | Outcome.FAILED) as finished:
            yield f"[The task was ended: {finished.outcome.value}. {quoted(finished.reason)}]"
        case _:
            pass


def _result(
    talk: Conversation, call_id: CallId, text: str, end: ToolCallComplete | ToolCallFailed
) -> Conversation:
    call = next((call for call in talk.calls if call.call_id == call_id), None)
    if call is None:
        return talk
    note = f"[note: {quoted(call.note)}]\n" if call.note else ""
    text = note + "".join(talk.notes.get(call_id, ())) + text
    returned = Returned(call.provider_call_id, call.tool, text)
    streak = talk.streak.after(call, end)
    return replace(talk, results={**talk.results, call_id: returned}, streak=streak)


def _completed(done: ToolCallComplete) -> str:
    status = "" if done.exit_code is None else f"exit code {done.exit_code}\n"
    if done.reported:
        status = f"{_REPORTED} {status}"
    changed = f"\n[changed files: {' '.join(map(spelled, done.changed))}]" if done.changed else ""
    return (status + done.output + changed + _noted(done.notes)) or "(no output)"


def _failure(failed: ToolCallFailed) -> str:
    output = f"\n{failed.output}" if failed.output else ""
    reported = f"{_REPORTED} " if failed.reported else ""
    return f"ERROR ({failed.kind}): {reported}{failed.message}{output}{_noted(failed.notes)}"


def _noted(notes: tuple[str, ...]) -> str:
    return "".join(f"\n[note: {quoted(note)}]" for note in notes)
