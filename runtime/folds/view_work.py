"""The part of `show` that concerns the plan, the model's turns, and the tools."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from runtime.approvals import Risk
from runtime.events import (
    Phase,
    PlanCreated,
    PlanUpdated,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    ThinkingChunk,
    ThinkingComplete,
    ThinkingStart,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
    Usage,
)
from runtime.folds.plan import PlanEvent, apply_plan
from runtime.folds.replace import replace
from runtime.ids import CallId
from runtime.view import Answer, CallView, RunView, Spend, Thought

TurnEvent = (
    ThinkingStart
    | ThinkingChunk
    | ThinkingComplete
    | ResponseStart
    | ResponseChunk
    | ResponseComplete
    | Usage
)
ToolEvent = ToolCallStart | ToolCallChunk | ToolCallComplete | ToolCallFailed

TAIL = 8_000  # characters of live output kept for a running call


def project_plan(run: RunView, event: PlanEvent) -> RunView:
    phase = Phase.PLANNING if isinstance(event, PlanCreated | PlanUpdated) else run.phase
    return replace(run, plan=apply_plan(run.plan, event), phase=phase)


def project_turn(run: RunView, event: TurnEvent) -> RunView:
    match event:
        case ThinkingStart() as start:
            return _think(run, start)
        case ThinkingChunk() as chunk:
            return _thought(run, chunk, lambda t: replace(t, text=t.text + chunk.text))
        case ThinkingComplete() as done:
            update = {"text": done.text, "seconds": done.seconds, "partial": done.partial}
            return _thought(run, done, lambda t: replace(t, **update))
        case ResponseStart() as start:
            return _open(run, start)
        case ResponseChunk() as chunk:
            return _grow(run, chunk)
        case ResponseComplete() as done:
            return _complete(run, done)
        case Usage() as usage:
            return _end_turn(replace(run, spend=_add(run.spend, usage)), usage)
        case _:
            assert_never(event)


def _think(run: RunView, start: ThinkingStart) -> RunView:
    """A retried turn thinks anew: what its earlier attempt thought and said goes."""
    kept = tuple(t for t in run.thoughts if t.turn != start.turn or t.attempt == start.attempt)
    thought = Thought(start.turn, start.attempt, step_id=start.step_id)
    return replace(run, thoughts=(*kept, thought), draft=_draft(run, start), phase=Phase.THINKING)


def _draft(run: RunView, start: ThinkingStart | ResponseStart) -> Answer | None:
    """The text so far, if it is of this very attempt."""
    draft = run.draft
    same = draft is not None and (draft.turn, draft.attempt) == (start.turn, start.attempt)
    return draft if same else None


def _thought(
    run: RunView, event: ThinkingChunk | ThinkingComplete, change: Callable[[Thought], Thought]
) -> RunView:
    """Change the block that is thought now; what belongs to an earlier one changes nothing."""
    live = run.thoughts[-1] if run.thoughts else None
    if live is None or live.seconds is not None:
        return run
    if (live.turn, live.attempt) != (event.turn, event.attempt):
        return run
    return replace(run, thoughts=(*run.thoughts[:-1], change(live)))


def _end_turn(run: RunView, usage: Usage) -> RunView:
    """What an earlier attempt thought and said goes, and text that became nothing."""

    def stays(part: Thought | Answer) -> bool:
        return (part.turn, part.attempt) == (usage.turn, usage.attempt) or part.turn != usage.turn

    return replace(
        run,
        thoughts=tuple(t for t in run.thoughts if stays(t) and t.seconds is not None),
        answers=tuple(a for a in run.answers if stays(a) or a.state != "open"),
        draft=None,
    )


def _open(run: RunView, start: ResponseStart) -> RunView:
    """The draft becomes a message of its own; an earlier attempt's message is replaced."""
    draft = _draft(run, start)
    answer = Answer(start.turn, start.attempt, draft.text if draft else "")
    kept = tuple(a for a in run.answers if a.turn != start.turn)
    return replace(run, answers=(*kept, answer), draft=None)


def _grow(run: RunView, chunk: ResponseChunk) -> RunView:
    if _overtaken(run, chunk):
        return run
    answer = run.answers[-1] if run.answers else None
    if answer and (answer.turn, answer.attempt) == (chunk.turn, chunk.attempt):
        if answer.state != "open":
            return run
        grown = replace(answer, text=answer.text + chunk.text)
        return replace(run, answers=(*run.answers[:-1], grown))
    draft = run.draft
    if draft is None or (draft.turn, draft.attempt) != (chunk.turn, chunk.attempt):
        draft = Answer(chunk.turn, chunk.attempt)
    return replace(run, draft=replace(draft, text=draft.text + chunk.text))


def _overtaken(run: RunView, chunk: ResponseChunk) -> bool:
    """Whether a later attempt or turn has begun; a message that the chunk's own attempt opened
    stays until the later one opens its own."""
    answer = run.answers[-1:]
    if any((a.turn, a.attempt, a.state) == (chunk.turn, chunk.attempt, "open") for a in answer):
        return False
    newest = [(part.turn, part.attempt) for part in (*run.thoughts[-1:], *answer)]
    return (chunk.turn, chunk.attempt) < max(newest, default=(0, 0))


def _complete(run: RunView, done: ResponseComplete) -> RunView:
    """The exact text. Text before a call stays where it is: on its message, or on the card."""
    state = "partial" if done.partial else "final" if done.final else "note"
    phase = Phase.COMPILING if done.final else run.phase
    opened = next((a for a in run.answers if a.turn == done.turn), None)
    if opened is None and state == "note":
        return replace(run, note=done.text, draft=None)
    answer = Answer(done.turn, opened.attempt if opened else 1, done.text, state)
    kept = tuple(a for a in run.answers if a is not opened)
    return replace(run, answers=(*kept, answer), draft=None, phase=phase)


def _add(spend: Spend, usage: Usage) -> Spend:
    cost = spend.cost if usage.cost is None else (spend.cost or 0.0) + usage.cost
    return Spend(
        input_tokens=spend.input_tokens + usage.input_tokens,
        output_tokens=spend.output_tokens + usage.output_tokens,
        cost=cost,
        turns=spend.turns + 1,
    )


def project_tool(run: RunView, event: ToolEvent) -> RunView:
    match event:
        case ToolCallStart() as start:
            return _begin(run, start)
        case ToolCallChunk() as chunk:
            return _call(run, chunk.call_id, lambda c: _tail(c, chunk))
        case ToolCallComplete() as done:
            return _observe(_call(run, done.call_id, lambda c: _done(c, done)))
        case ToolCallFailed() as failed:
            return _fail(run, failed)
        case _:
            assert_never(event)


def _begin(run: RunView, start: ToolCallStart) -> RunView:
    """A lost call that begins again replaces itself."""
    call = CallView(
        call_id=start.call_id,
        tool=start.tool,
        summary=start.summary,
        arguments=start.arguments,
        risk=start.risk,
        status="running",
    )
    kept = tuple(c for c in run.calls if c.call_id != start.call_id)
    isolation = start.isolation or run.isolation
    return replace(run, calls=(*kept, call), isolation=isolation, phase=Phase.TOOL_CALLING)


def _call(run: RunView, call_id: CallId, change: Callable[[CallView], CallView]) -> RunView:
    return replace(run, calls=tuple(change(c) if c.call_id == call_id else c for c in run.calls))


def _observe(run: RunView) -> RunView:
    moved = run.phase is Phase.TOOL_CALLING
    return replace(run, phase=Phase.OBSERVING) if moved else run


def _tail(call: CallView, chunk: ToolCallChunk) -> CallView:
    running = call.status == "running"
    return replace(call, tail=(call.tail + chunk.text)[-TAIL:]) if running else call


def _done(call: CallView, done: ToolCallComplete) -> CallView:
    return replace(
        call,
        status="done",
        tail="",
        output=done.output,
        exit_code=done.exit_code,
        seconds=done.seconds,
        changed=done.changed,
        notes=done.notes,
        reported=done.reported,
    )


def _fail(run: RunView, failed: ToolCallFailed) -> RunView:
    """A call that was turned down before it began appears here for the first time."""
    known = next((c for c in run.calls if c.call_id == failed.call_id), None)
    call = known or CallView(
        call_id=failed.call_id,
        tool=failed.tool,
        summary=failed.tool,
        arguments={},
        risk=Risk.LOW,
        status="failed",
    )
    ended = replace(
        call,
        status="failed",
        tail="",
        output=failed.output,
        seconds=failed.seconds,
        changed=failed.changed,
        failure=failed.kind,
        message=failed.message,
        notes=failed.notes,
        reported=failed.reported,
    )
    kept = tuple(c for c in run.calls if c.call_id != failed.call_id)
    return _observe(replace(run, calls=(*kept, ended)))
