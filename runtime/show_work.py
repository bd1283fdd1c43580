"""The part of `show` that concerns the plan, the model's turns, and the tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from runtime.approvals import Risk
from runtime.events import (
    Phase,
    PlanCreated,
    PlanUpdated,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    StepCompleted,
    StepFailed,
    StepStarted,
    ThinkingChunk,
    ThinkingComplete,
    ThinkingStart,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
    Usage,
)
from runtime.ids import CallId
from runtime.plan import StepStatus, with_status
from runtime.view import Answer, CallView, RunView, Spend, Thought

PlanEvent = PlanCreated | PlanUpdated | StepStarted | StepCompleted | StepFailed
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


def show_plan(run: RunView, event: PlanEvent) -> RunView:
    match event:
        case PlanCreated(steps=steps) | PlanUpdated(steps=steps):
            return replace(run, plan=steps, phase=Phase.PLANNING)
        case StepStarted(step_id=step):
            return replace(run, plan=with_status(run.plan, step, StepStatus.ACTIVE))
        case StepCompleted(step_id=step, note=note):
            return replace(run, plan=with_status(run.plan, step, StepStatus.DONE, note))
        case StepFailed(step_id=step, note=note):
            return replace(run, plan=with_status(run.plan, step, StepStatus.FAILED, note))
        case _:
            assert_never(event)


def show_turn(run: RunView, event: TurnEvent) -> RunView:
    match event:
        case ThinkingStart() as start:
            return _think(run, start)
        case ThinkingChunk() as chunk:
            return _thought(run, chunk.turn, lambda t: replace(t, text=t.text + chunk.text))
        case ThinkingComplete() as done:
            return _thought(
                run, done.turn, lambda t: replace(t, text=done.text, seconds=done.seconds)
            )
        case ResponseStart() as start:
            return _open(run, start)
        case ResponseChunk() as chunk:
            return _grow(run, chunk)
        case ResponseComplete() as done:
            return _complete(run, done)
        case Usage() as usage:
            return replace(run, spend=_add(run.spend, usage))
        case _:
            assert_never(event)


def _think(run: RunView, start: ThinkingStart) -> RunView:
    """A retried turn thinks anew: what its earlier attempt thought and said goes."""
    kept = tuple(t for t in run.thoughts if t.turn != start.turn or t.attempt == start.attempt)
    thought = Thought(start.turn, start.attempt, step_id=start.step_id)
    draft = run.draft if run.draft and run.draft.attempt == start.attempt else None
    return replace(run, thoughts=(*kept, thought), draft=draft, phase=Phase.THINKING)


def _thought(run: RunView, turn: int, change: Callable[[Thought], Thought]) -> RunView:
    if not run.thoughts or run.thoughts[-1].turn != turn:
        return run
    return replace(run, thoughts=(*run.thoughts[:-1], change(run.thoughts[-1])))


def _open(run: RunView, start: ResponseStart) -> RunView:
    """The draft becomes a message of its own; an earlier attempt's message is replaced."""
    draft = run.draft if run.draft and run.draft.attempt == start.attempt else None
    answer = Answer(start.turn, start.attempt, draft.text if draft else "")
    kept = tuple(a for a in run.answers if a.turn != start.turn)
    return replace(run, answers=(*kept, answer), draft=None)


def _grow(run: RunView, chunk: ResponseChunk) -> RunView:
    answer = run.answers[-1] if run.answers else None
    if answer and (answer.turn, answer.attempt) == (chunk.turn, chunk.attempt):
        grown = replace(answer, text=answer.text + chunk.text)
        return replace(run, answers=(*run.answers[:-1], grown))
    draft = run.draft
    if draft is None or (draft.turn, draft.attempt) != (chunk.turn, chunk.attempt):
        draft = Answer(chunk.turn, chunk.attempt)
    return replace(run, draft=replace(draft, text=draft.text + chunk.text))


def _complete(run: RunView, done: ResponseComplete) -> RunView:
    """The exact text. Text before a call stays where it is: on its message, or on the card."""
    state = "final" if done.final else "note"
    phase = Phase.COMPILING if done.final else run.phase
    opened = next((a for a in run.answers if a.turn == done.turn), None)
    if opened is None and not done.final:
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


def show_tool(run: RunView, event: ToolEvent) -> RunView:
    match event:
        case ToolCallStart() as start:
            return _begin(run, start)
        case ToolCallChunk() as chunk:
            return _call(
                run, chunk.call_id, lambda c: replace(c, tail=(c.tail + chunk.text)[-TAIL:])
            )
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


def _done(call: CallView, done: ToolCallComplete) -> CallView:
    return replace(
        call,
        status="done",
        tail="",
        output=done.output,
        exit_code=done.exit_code,
        seconds=done.seconds,
        changed=done.changed,
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
    )
    kept = tuple(c for c in run.calls if c.call_id != failed.call_id)
    return _observe(replace(run, calls=(*kept, ended)))
