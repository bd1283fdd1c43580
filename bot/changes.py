"""What becomes of messages that people change or delete, once they are on the record. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.ports.inbound import Deleted, Edited, Mention, Reply
from runtime.events import MessageEdited, Notice
from runtime.facts import Fact, StopRequested
from runtime.folds.state import RunState
from runtime.ports import Guard, Refused
from runtime.view import Line, ThreadView

STOPPED = "The message that asked for this was deleted, so the task is stopped."


def line_of(view: ThreadView, said: Mention | Reply | Deleted) -> Line | None:
    """As it stands on the record; None if it does not."""
    name = (said.channel, said.message_id)
    return next((e for e in reversed(view.lines) if (e.channel, e.message_id) == name), None)


def now_calls(said: Mention | Reply, line: Line | None) -> bool:
    """Whether the edit called the agent: it mentions it, and did not before."""
    is_call = said.to == "bot" if isinstance(said, Reply) else not said.direct
    return is_call and (line is None or line.overheard)


def edited(edit: Edited, line: Line | None) -> tuple[Fact, ...]:
    """The newest words of what its author wrote; nothing if they are the same."""
    said = edit.said
    is_theirs = line is not None and not line.deleted and line.actor.id == said.actor.id
    if line is None or not is_theirs or said.text.split() == line.text.split():
        return ()
    return (
        MessageEdited(
            channel=said.channel,
            message_id=said.message_id,
            revision=edit.revision,
            text=said.text,
        ),
    )


def deleted(gone: Deleted, line: Line, *, stops: bool) -> Guard:
    """The words are taken back as far as nobody read them. With `stops` the running task that they
    asked for ends, and its thread says why."""

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        name, run = (gone.channel, gone.message_id), state.run
        taken_back = MessageEdited(
            channel=gone.channel, message_id=gone.message_id, revision="deleted", deleted=True
        )
        if not stops or run is None or run.stop is not None or run.request != name:
            return (taken_back,)
        stop = StopRequested(actor=line.actor, message_id=f"{gone.message_id}.deleted")
        return (taken_back, Notice(text=STOPPED), stop)

    return judge
