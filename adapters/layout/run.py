"""The card of a run: the record of the work, edited in place."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.layout.excerpt import head, one_line, tail
from adapters.ports.button import on_run
from adapters.ports.cards import (
    Block,
    Button,
    Buttons,
    Card,
    CardKey,
    Failed,
    Heading,
    Note,
    Running,
    Status,
    StepRow,
    Steps,
    Thinking,
    Urgency,
    WorkerRow,
    Workers,
)
from adapters.ports.limits import Limits
from runtime.events import Outcome
from runtime.plan import StepStatus, progress
from runtime.view import CallView, RunView

_REAL_THINKING = 3.0  # seconds
# The view has no times of chunks: so many characters are what models write in those seconds.
_REAL_THINKING_TEXT = 400


def is_work(run: RunView) -> bool:
    """Whether the run does more than answer at once: only then it has a card."""
    if run.queued or run.plan or run.calls or run.subagents or run.gates or run.questions:
        return True
    if run.outcome in (Outcome.FAILED, Outcome.CANCELLED) or any(
        remark.level != "info" for remark in run.remarks
    ):
        return True
    return any(
        (thought.seconds or 0.0) > _REAL_THINKING or len(thought.text) > _REAL_THINKING_TEXT
        for thought in run.thoughts
    )


def run_card(run: RunView, limits: Limits) -> Card:
    is_over = run.outcome is not None
    failed = run.outcome is Outcome.FAILED
    final = Urgency.ACT if failed else Urgency.RECORD
    return Card(
        key=CardKey(f"run:{run.run_id}"),
        urgency=final if is_over else Urgency.WORK,
        state="done" if is_over else "live",
        blocks=tuple(_blocks(run, limits)),
        kept=not is_over,
    )


def _blocks(run: RunView, limits: Limits) -> Iterator[Block]:
    """Each block gets a share of the characters: together they never pass the limit."""
    each = limits.text // 20
    title, people = one_line(run.title, min(150, each * 2)), one_line(run.waits_for, 60)
    yield Heading(title, run.phase, run.outcome, run.waiting, people)
    if run.plan:
        yield _steps(run, limits, each * 6)
    yield from _work(run, limits, each)
    if run.subagents:
        yield _workers(run, limits, each * 2)
    yield from _notes(run, each)
    yield _status(run, each * 2)
    details = Button("Details", on_run(run.run_id, "details"))
    if run.outcome is None:
        yield Buttons((Button("Stop", on_run(run.run_id, "stop"), "danger"), details))
    elif run.outcome is Outcome.DONE:
        yield Buttons((details,))
    else:
        yield Buttons((Button("Try again", on_run(run.run_id, "retry")), details))


def _work(run: RunView, limits: Limits, each: int) -> Iterator[Block]:
    """What happens now: the tool that runs, or how the last one failed, and the thinking."""
    running = [call for call in run.calls if call.status == "running"]
    last = run.calls[-1] if run.calls else None
    if running:
        call = running[-1]
        lines = tail(call.tail, limits.tail_lines, each * 2)
        yield Running(head(call.tool, 40), one_line(call.summary, each), call.risk, lines)
    elif last is not None:
        yield from _ended(last, limits, each, live=run.outcome is None)
    if run.draft is not None and run.draft.text.strip():
        yield Note("info", head(run.draft.text.strip(), each * 2))
    elif run.note.strip():
        yield Note("info", head(run.note.strip(), each * 2))
    if run.thoughts:
        yield _thinking(run, limits, each * 2)


def _ended(last: CallView, limits: Limits, each: int, *, live: bool) -> Iterator[Block]:
    """How the newest call went wrong, and what else should be known of it."""
    stopped = last.failure == "stopped"
    if last.status == "failed" and (stopped or live):
        yield _failed(last, limits.tail_lines if stopped else 0, each)
    elif last.exit_code and not last.reported:
        said = " ".join(tail(last.output, 1, each))
        message = one_line(f"exit {last.exit_code}. {said}", each)
        yield Failed(head(last.tool, 40), one_line(last.summary, each), "exit", message)
    if live:
        yield from (Note("warning", head(words, each)) for words in _remarks(last))


def _failed(call: CallView, lines: int, each: int) -> Failed:
    return Failed(
        tool=head(call.tool, 40),
        summary=one_line(call.summary, each),
        kind=call.failure,
        message=one_line(": ".join(filter(None, (call.report, call.message))), each),
        tail=tail(call.output, lines, each * 2) if lines else (),
    )


def _remarks(call: CallView) -> Iterator[str]:
    """What people should know of a call beside how it ended."""
    if call.report and call.status == "done":
        yield f"{call.tool}: nobody saw it end; {call.report}."
    yield from call.notes


def _thinking(run: RunView, limits: Limits, size: int) -> Thinking:
    """Live: its end. Done: how long all of it took. Stopped: both."""
    live = run.thoughts[-1]
    if live.seconds is None:
        return Thinking(tail(live.text, limits.tail_lines, size), None, len(run.thoughts))
    seconds = sum(thought.seconds or 0.0 for thought in run.thoughts)
    end = tail(live.text, limits.tail_lines, size) if live.partial else ()
    return Thinking(end, round(seconds, 1), len(run.thoughts))


def _steps(run: RunView, limits: Limits, size: int) -> Steps:
    done, total = progress(run.plan)
    count = min(limits.steps, total, max(1, size // 40))
    active = next((n for n, s in enumerate(run.plan) if s.status is StepStatus.ACTIVE), done)
    first = max(0, min(active - count // 2, total - count))
    each = size // count
    rows = tuple(
        StepRow(
            number=n + 1,
            title=one_line(step.title, max(12, each // 2)),
            status=step.status,
            note=one_line(step.note, max(4, each // 4)),
            tools=tuple(head(tool, max(4, each // 16)) for tool in step.tool_types[:3]),
        )
        for n, step in list(enumerate(run.plan))[first : first + count]
    )
    return Steps(rows, done, total)


def _workers(run: RunView, limits: Limits, size: int) -> Workers:
    shown = run.subagents[-limits.rows :]
    each = max(8, size // (2 * len(shown)))
    rows = tuple(
        WorkerRow(one_line(s.title, each), s.outcome, one_line(s.summary, each)) for s in shown
    )
    return Workers(rows, len(run.subagents))


def _notes(run: RunView, each: int) -> Iterator[Note]:
    if run.place:
        yield Note("info", run.place)
    for remark in run.remarks[-2:]:
        yield Note(remark.level, one_line(remark.text, each))
    if run.reason:
        yield Note("error" if run.outcome is Outcome.FAILED else "info", head(run.reason, each * 2))


def _status(run: RunView, size: int) -> Status:
    spend = run.spend
    return Status(
        seconds=round(run.worked, 1),
        tokens=spend.input_tokens + spend.output_tokens,
        cost=None if spend.cost is None else round(spend.cost, 4),
        calls=len(run.calls),
        model=head(run.model, min(60, size // 2)),
        isolation=head(run.isolation, min(120, size // 2)),
        since=run.counted_from,
        waited=bool(run.waited),
    )
