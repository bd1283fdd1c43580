"""Approvals and questions in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from adapters.layout.gates import language
from adapters.text import LASTS
from bot.terminal.lines import Line, Style, block, diff_lines, line
from bot.terminal.sanitize import reveal
from bot.terminal.units import lasted
from runtime.approvals import Duration, Grant, Risk, coverage, exactly, who
from runtime.events import ApprovalReceived
from runtime.view import GateView, QuestionView, RunView

RISK: Mapping[Risk, Style] = {Risk.LOW: "good", Risk.MEDIUM: "warn", Risk.HIGH: "bad"}
CONFIRM = "confirm"
_CHOICES = "y yes, once · n no · or yes for longer: r this task · 15 minutes · 1h · t this thread"


def open_gates(run: RunView | None) -> tuple[GateView, ...]:
    return tuple(gate for gate in run.gates if gate.decided is None) if run else ()


def open_questions(run: RunView | None) -> tuple[QuestionView, ...]:
    return tuple(question for question in run.questions if not question.closed) if run else ()


def gate_lines(gate: GateView, run: RunView, now: datetime) -> tuple[Line, ...]:
    """The whole request: what, how risky, why, who may decide, until when, and how to answer."""
    style = RISK[gate.risk]
    left = lasted((gate.expires_at - now).total_seconds())
    return (
        line(("? Approval needed", "bold"), (f" · {gate.risk} risk", style), f" · {gate.tool}"),
        *_operation(gate),
        *(block(reveal(gate.runs), "dim", "  ┆ ") if gate.runs else ()),
        line(("  why  ", "dim"), gate.why or "the configuration asks for it"),
        line(
            ("  who  ", "dim"),
            who(gate.rule, run.requester, run.had_a_say(gate)),
            (f", within {left}", "dim"),
        ),
        line(("  a longer yes covers  ", "dim"), coverage(gate.tool, gate.subject)),
        line("  ", (_CHOICES, "accent")),
    )


def second_step(duration: Duration) -> Line:
    """What is asked before a high risk is allowed for longer than once."""
    return line(
        ("! High risk", "bad"),
        f": type {CONFIRM} to approve {LASTS[duration]}, so that more than this one call is",
        " allowed; y approves this call only, n denies it",
    )


def _operation(gate: GateView) -> tuple[Line, ...]:
    if language(gate) == "diff":
        return diff_lines(gate.operation)
    return block(reveal(gate.operation), RISK[gate.risk], "  │ ")


def decision_line(received: ApprovalReceived) -> Line:
    names = " and ".join(actor.name or actor.id for actor in received.actors) or "nobody"
    if not received.approved:
        return line(("✗ Denied", "bad"), f" by {names}")
    return line(("✓ Approved", "good"), f" by {names} {LASTS[received.duration]}")


def question_lines(question: QuestionView) -> tuple[Line, ...]:
    first, *rest = block(question.question, "bold", "  ")
    return (
        line(("? ", "accent"), (first.text.strip(), "bold")),
        *rest,
        *(
            line(("  " + str(number), "accent"), f"  {option}")
            for number, option in enumerate(question.options, 1)
        ),
        line("  ", (_how(question), "accent")),
    )


def _how(question: QuestionView) -> str:
    if not question.options:
        return "type the answer"
    return "type a number" if question.kind != "ask" else "type a number, or another answer"


def grant_lines(grants: Mapping[int, Grant], now: datetime) -> tuple[Line, ...]:
    """The permissions in force, numbered as /revoke takes them."""
    if not grants:
        return (line("No permissions are in force."),)
    return tuple(
        line(
            (f"{number:>3}  ", "accent"),
            coverage(grant.tool, grant.subject),
            f": {reveal(value)}" if (value := exactly(grant.subject)) else "",
            (_until(grant, now), "dim"),
        )
        for number, grant in grants.items()
    )


def _until(grant: Grant, now: datetime) -> str:
    by = grant.by.name or grant.by.id
    if grant.expires_at is None:
        return f"  {LASTS[grant.duration]}, by {by}"
    return f"  {lasted((grant.expires_at - now).total_seconds())} more, by {by}"


def in_force(grants: tuple[Grant, ...], now: datetime) -> dict[int, Grant]:
    """By their numbers, which stay theirs when others run out."""
    numbered = enumerate(grants, 1)
    return {n: grant for n, grant in numbered if grant.expires_at is None or now < grant.expires_at}


def open_lines(run: RunView | None, now: datetime) -> tuple[Line, ...]:
    """Everything that waits for people."""
    if run is None:
        return ()
    gates = [row for gate in open_gates(run) for row in gate_lines(gate, run, now)]
    questions = [row for question in open_questions(run) for row in question_lines(question)]
    return (*gates, *questions)
