"""What the reference run writes, one line per append. The matrices kill at each of its points; a
change of the runtime that moves them shows here first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, groupby

from runtime.events import ToolCallStart
from runtime.facts import Entry, Fact

Appends = tuple[tuple[str, ...], ...]


def _appends(text: str) -> Appends:
    return tuple(tuple(line.split()) for line in text.strip().splitlines())


APPENDS = _appends("""
    message_received
    claimed
    run_started
    thinking_start
    thinking_complete usage model_turn
    tool_call_start:plan
    tool_call_complete plan_created step_started
    response_complete usage model_turn
    tool_call_start:shell
    tool_call_complete
    tool_call_start:write_file
    message_received
    tool_call_complete
    tool_call_start:read_file
    tool_call_complete
    thinking_start
    message_received
    thinking_complete usage model_turn
    approval_required approval_required
    parked
    vote_cast approval_received
    claimed
    parked
    vote_cast approval_received
    claimed
    tool_call_start:shell
    tool_call_complete
    tool_call_failed
    usage model_turn
    tool_call_start:ask
    question_asked
    parked
    question_answered
    claimed
    tool_call_complete
    usage model_turn
    tool_call_start:shell
    message_received
    tool_call_complete
    thinking_start
    thinking_complete
    response_start
    usage model_turn
    response_complete run_finished
    message_received
    claimed
    run_started
    response_start usage model_turn
    response_complete run_finished
    feedback_given
    claimed
    parked
""")

TAGS = tuple(tag for append in APPENDS for tag in append)

ENDS = tuple(accumulate(len(append) for append in APPENDS))
"""The last entry of each append: the heads that a killed process can leave."""

STARTS = tuple(end - len(append) + 1 for end, append in zip(ENDS, APPENDS, strict=True))
"""The first entry of each append: what is about to be written when everything before it is done."""

OUTBOX: tuple[str, ...] = (
    "intend_build", "post_build", "refer_build",
    "intend_site", "post_site", "refer_site",
    "edit_build", "refer_build_again",
    "edit_site", "refer_site_again",
    "intend_answer", "post_answer", "refer_answer",
    "intend_second", "post_second", "refer_second",
)  # fmt: skip

REQUESTS = 6
"""What the chat server is asked in the reference run: four posts and two edits."""


LATE = _appends("""
    message_received
    claimed
    run_started
    thinking_start
    thinking_complete
    response_start
    message_received
    usage model_turn
    response_complete run_finished run_started
    response_start usage model_turn
    response_complete run_finished
""")
"""The scene of the late word."""


def name(fact: Fact) -> str:
    """A fact's tag, with the tool where a call begins."""
    return f"{fact.type}:{fact.tool}" if isinstance(fact, ToolCallStart) else fact.type


def appends(entries: Sequence[Entry]) -> Appends:
    """The entries by append: what was written together has one time."""
    groups = groupby(entries, key=lambda entry: entry.at)
    return tuple(tuple(name(entry.fact) for entry in group) for _, group in groups)
