"""What one call did, in the lines that Details has room for: how it ended, the end of what it said,
and for an edit the difference."""

from __future__ import annotations

from adapters.layout.excerpt import tail
from adapters.text import revealed
from bot.terminal.sanitize import one_line
from bot.terminal.units import lasted
from runtime.view import CallView

_WIDTH = 200  # characters of a line
_LINES, _CHARACTERS = 5, 600  # of output, and twice as many of a difference


def call_record(call: CallView) -> tuple[str, ...]:
    """Markdown: an item of a list, and below it lines of code."""
    notes = [f"  {one_line(note, _WIDTH)}" for note in call.notes]
    said = [f"  {code(line)}" for line in (*_difference(call), *_output(call))]
    why = one_line(call.message, _WIDTH).replace("](", "] (")  # no link hides where it leads
    message = [f"  {why}"] if why else []
    return (
        f"- {_mark(call)} {call.tool} {code(call.summary)} {_ending(call)}",
        *message,
        *notes,
        *said,
    )


def _mark(call: CallView) -> str:
    if call.status == "running":
        return "◐"
    if call.reported:
        return "?"
    return "✗" if call.status == "failed" or call.exit_code else "✓"


def _ending(call: CallView) -> str:
    if call.status == "running":
        return "running"
    if call.report:
        return call.report
    took = lasted(call.seconds)
    if call.status == "failed":
        return f"**{call.failure.replace('_', ' ') or 'failed'}**, {took}"
    if call.exit_code is None:
        return took
    return f"**exit {call.exit_code}**, {took}" if call.exit_code else f"exit 0, {took}"


def _output(call: CallView) -> tuple[str, ...]:
    return tail(call.tail if call.status == "running" else call.output, _LINES, _CHARACTERS)


def _difference(call: CallView) -> tuple[str, ...]:
    """Its hunks, without the header: the file stands above it."""
    rows = call.difference.split("\n")[2:]
    shown = rows[: 2 * _LINES]
    left = len(rows) - len(shown)
    return (*shown, f"… {left:,} more lines") if left else tuple(shown)


def code(text: str) -> str:
    """Inline code of one line; what would end it early is replaced."""
    inner = one_line(revealed(text), _WIDTH).replace("`", "'")
    return f"`{inner}`"
