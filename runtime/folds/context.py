"""The fold from journal to what the model sees. Pure and stable: the same entries, the same
messages.

A request holds what stood in the journal when its turn began (`model_turn.seen`); what came later
belongs to the next request. Results come before words. Every call gets exactly one result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from runtime.attachments import attachments
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
from runtime.folds.heard import Heard
from runtime.folds.run import STOP
from runtime.folds.spoken import quoted
from runtime.ids import CallId, QuestionId, Seq
from runtime.ports.model import Message, Responded, Returned
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


@dataclass(slots=True)
class _Folding:
    """The fold under way; it never leaves this module."""

    messages: list[Message] = field(default_factory=list[Message])
    heard: Heard = field(default_factory=Heard)
    open_calls: dict[CallId, PlannedCall] = field(default_factory=dict[CallId, PlannedCall])
    unmade: tuple[UnmadeCall, ...] = ()
    results: dict[CallId, Returned] = field(default_factory=dict[CallId, Returned])
    container: str = ""
    notes: dict[CallId, dict[str, None]] = field(default_factory=dict[CallId, dict[str, None]])
    budget: QuestionId | None = None

    def begin(self, start: ToolCallStart) -> None:
        """A call begins. The model is told when its container is not the one before, and which
        files are not there; once, however often the call is begun."""
        notes = self.notes.setdefault(start.call_id, {})
        if start.container:
            if self.container not in ("", start.container):
                notes[_MOVED] = None
            self.container = start.container
        notes.update(dict.fromkeys(f"[note: {quoted(why)}]\n" for why in start.lacking))

    def flush(self, seen: Seq) -> None:
        """Close the request: results in the order of their calls, then the words up to `seen`."""
        for call_id, call in self.open_calls.items():
            missing = Returned(call.provider_call_id, call.tool, _OVER)
            self.messages.append(self.results.get(call_id, missing))
        made = len(self.open_calls)
        for unmade in self.unmade:
            text = _UNMADE.format(made=made)
            self.messages.append(Returned(unmade.provider_call_id, unmade.tool, text))
        self.messages += self.heard.read(seen)
        self.open_calls, self.results, self.unmade = {}, {}, ()


def context(entries: Iterable[Entry]) -> tuple[Message, ...]:
    """The conversation so far, ready for the next turn of the model."""
    entries = tuple(entries)
    folding = _Folding(heard=Heard(attachments(entries)))
    last = Seq(0)
    for entry in entries:
        _take(folding, entry)
        last = entry.seq
    folding.flush(last)
    return tuple(folding.messages)


def _take(folding: _Folding, entry: Entry) -> None:
    match entry.fact:
        case ModelTurn() as turn:
            folding.flush(turn.seen)
            folding.messages.append(Responded(turn.blob))
            folding.open_calls = {call.call_id: call for call in turn.calls}
            folding.unmade = turn.unmade
        case ToolCallStart() as start:
            folding.begin(start)
        case ToolCallComplete(call_id=call_id) as done:
            _result(folding, call_id, _completed(done))
        case ToolCallFailed(call_id=call_id) as failed:
            _result(folding, call_id, _failure(failed))
        case QuestionAsked(kind="budget", question_id=question):
            folding.budget = question
        case _:
            _hear(folding, entry)


def _hear(folding: _Folding, entry: Entry) -> None:
    match entry.fact:
        case MessageReceived(is_read=True) as message:
            folding.heard.take(entry.seq, message)
        case MessageEdited() as edited:
            folding.heard.change(entry.seq, edited)
        case QuestionAnswered(question_id=question) as answered if question == folding.budget:
            if answered.answer == STOP:
                folding.heard.note(entry.seq, _LIMIT)
        case ResponseComplete(partial=True) | RunFinished() as end:
            for note in _ended(end):
                folding.heard.note(entry.seq, note)
        case _:
            pass


def _ended(end: ResponseComplete | RunFinished) -> Iterator[str]:
    """How a task ended that did not come to its end, and what it had begun to say."""
    match end:
        case ResponseComplete(text=text):
            yield f"{_BEGUN}\n{text[-_SO_FAR:]}"
        case RunFinished(outcome=Outcome.CANCELLED | Outcome.FAILED) as finished:
            yield f"[The task was ended: {finished.outcome.value}. {quoted(finished.reason)}]"
        case _:
            pass


def _result(folding: _Folding, call_id: CallId, text: str) -> None:
    call = folding.open_calls.get(call_id)
    if call is not None:
        text = "".join(folding.notes.get(call_id, ())) + text
        folding.results[call_id] = Returned(call.provider_call_id, call.tool, text)


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
