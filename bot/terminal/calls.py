"""Tool calls in lines."""

from __future__ import annotations

from typing import assert_never

from bot.terminal.lines import Line, Part, block, diff_lines, line, tail
from bot.terminal.sanitize import one_line
from bot.terminal.units import lasted
from runtime.events import ToolCallComplete, ToolCallFailed, ToolCallStart
from runtime.tools.diff import of_edit
from runtime.view import RunView

_OUTPUT = 8  # lines of a finished call's output
_DIFF = 20  # lines of an edit
_SUMMARY = 160  # characters
_FILES = 6  # names of changed files
_SHOWN_ELSEWHERE = frozenset(
    {"plan", "ask", "deliver"}
)  # tools whose whole effect has lines of its own

CallEvent = ToolCallStart | ToolCallComplete | ToolCallFailed


def call_lines(run: RunView | None, event: CallEvent) -> tuple[Line, ...]:
    """What happened to a call; `run` is the task before it."""
    known = next((c for c in run.calls if c.call_id == event.call_id), None) if run else None
    tool = known.tool if known else event.tool if isinstance(event, ToolCallStart) else ""
    if tool in _SHOWN_ELSEWHERE and not isinstance(event, ToolCallFailed):
        return ()
    match event:
        case ToolCallStart():
            return _begun(run, event)
        case ToolCallComplete(exit_code=code):
            mark: Part = (f"  ✗ exit code {code}, ", "warn") if code else ("  ✓ ", "good")
            if event.reported:
                said = "it has ended" if code is None else f"exit code {code}"
                mark = (f"  ? the container reports: {said}, ", "warn")
            ended = line(mark, (lasted(event.seconds), "dim"), _changed(event.changed))
            return (*_output(event.output), ended, *_noted(event.notes))
        case ToolCallFailed(kind="denied" | "expired"):
            return ()  # what people decided was said when they did
        case ToolCallFailed():
            what = event.kind.replace("_", " ")
            words = what if known else f"{event.tool or 'a call'}: {what}"
            words = f"the container reports: {words}" if event.reported else words
            first, *more = block(f"{words}: {event.message}", indent="    ")
            head = line(("  ✗ ", "bad"), first.text.strip(), _changed(event.changed))
            return (*_output(event.output), head, *more, *_noted(event.notes))
        case _:
            assert_never(event)


def _begun(run: RunView | None, start: ToolCallStart) -> tuple[Line, ...]:
    """What isolates the call is said where it differs from what was said last."""
    again: Part = ("  once more", "warn") if start.attempt > 1 else ""
    words = f"  {one_line(start.summary, _SUMMARY)}"
    head = line(("▸ ", "accent"), (start.tool, "bold"), words, again)
    shown = (head, *_difference(run, start))
    if not start.isolation or (run is not None and start.isolation == run.isolation):
        return shown
    return line((f"  sandbox: {start.isolation}", "dim")), *shown


def _difference(run: RunView | None, start: ToolCallStart) -> tuple[Line, ...]:
    """Of an edit, unless people saw it when they were asked for it."""
    if run is not None and any(gate.call_id == start.call_id for gate in run.gates):
        return ()
    return diff_lines(of_edit(start.arguments), _DIFF)


def _output(text: str) -> tuple[Line, ...]:
    return tail(text, _OUTPUT, "  │ ")


def _noted(notes: tuple[str, ...]) -> tuple[Line, ...]:
    return tuple(part for note in notes for part in block(note, indent="    "))


def _changed(changed: tuple[str, ...]) -> Part:
    if not changed:
        return ""
    names = ", ".join(one_line(name, 60) for name in changed[:_FILES])
    more = f" and {len(changed) - _FILES} more" if len(changed) > _FILES else ""
    return (f" · files: {names}{more}", "dim")
