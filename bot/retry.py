"""Trying a task again: once, however often it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.events import FileRef, MessageReceived, Unread
from runtime.facts import Fact
from runtime.folds.state import RunState
from runtime.ids import RunId
from runtime.ports import Guard, Refused
from runtime.view import RunView, ThreadView


def asked_for(
    view: ThreadView, run: RunView
) -> tuple[str, tuple[FileRef, ...], tuple[Unread, ...]]:
    """The words and files that began it, and those that could not be read."""
    asked = [line for line in view.lines if line.at <= run.started_at and not line.aside]
    if not asked or asked[-1].deleted:
        return run.title, (), ()
    return asked[-1].text, asked[-1].files, asked[-1].unread


def again(run: RunId, message: MessageReceived) -> Guard:
    """An old button, or a second press of the same, never begins another task."""

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        newest = f"{state.session_id}.{state.runs}"
        if state.run is not None and newest == run:
            return Refused("The task is still running: `stop` ends it.")
        if newest != run or state.inbox:
            return Refused("It is tried again already, or a newer task has begun.")
        return (message,)

    return judge
