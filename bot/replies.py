"""What people may read about a session on request: status, permissions, details of a task."""

from __future__ import annotations

from datetime import datetime

from adapters.ports.button import ButtonToken
from adapters.ports.inbound import InfoReply
from adapters.text import LASTS, waiting_for
from bot.call_record import call_record, code
from bot.terminal.gates import in_force
from bot.terminal.sanitize import one_line
from bot.terminal.units import elapsed, lasted, spent
from runtime.approvals import Grant, coverage, exactly
from runtime.ids import GrantId
from runtime.plan import StepStatus, progress
from runtime.view import GateView, RunView, ThreadView

_MARKS = {
    StepStatus.PENDING: "○",
    StepStatus.ACTIVE: "◐",
    StepStatus.DONE: "●",
    StepStatus.FAILED: "✗",
}
_WIDTH = 200  # characters of a line


def grants(view: ThreadView, now: datetime) -> InfoReply:
    """The permissions in force, numbered as `revoke` takes them."""
    rows = [
        f"{number}. {_covered(grant)} · {_until(grant, now)}"
        for number, grant in in_force(view.grants, now).items()
    ]
    return InfoReply("Permissions", "\n".join(rows) or "No permissions are in force.")


def _covered(grant: Grant) -> str:
    """In the words of the approval; a name in them is no Markdown."""
    words, value = coverage(grant.tool, grant.subject), exactly(grant.subject)
    return f"{words}: {code(value)}" if value else code(words)


def named_grant(named: str, view: ThreadView, now: datetime) -> GrantId:
    """By its number in this list, or by its id."""
    found = in_force(view.grants, now).get(int(named[:6])) if named.isdecimal() else None
    return found.grant_id if found else GrantId(named)


def _until(grant: Grant, now: datetime) -> str:
    by = one_line(grant.by.name or grant.by.id, _WIDTH)
    if grant.expires_at is None:
        return f"{LASTS[grant.duration]}, by {by}"
    return f"{lasted((grant.expires_at - now).total_seconds())} more, by {by}"


def status(view: ThreadView, now: datetime) -> InfoReply:
    run = view.run
    if run is None:
        return InfoReply("Status", "Nothing has been asked here yet.")
    return InfoReply("Status", "\n".join((_headline(run, now), *_plan(run), *_open(run))))


def details(run: RunView, now: datetime) -> InfoReply:
    """What a task did, call by call."""
    calls = [line for call in run.calls for line in call_record(call)]
    remarks = [f"- {_prose(remark.text)}" for remark in run.remarks]
    body = "\n".join((_headline(run, now), *_plan(run), *calls, *remarks, *_open(run)))
    return InfoReply(one_line(run.title, 80), body)


def whole(gate: GateView) -> InfoReply:
    """All of what is to be approved: a card may show its beginning only."""
    why = _prose(gate.why or "the configuration asks for it")
    return InfoReply(
        f"{gate.tool}: {gate.risk} risk",
        f"Why: {why}",
        "\n\n".join(filter(None, (gate.operation, gate.runs))),
    )


def _headline(run: RunView, now: datetime) -> str:
    waits = waiting_for(run.waits_for) if run.waiting else ""
    state = run.outcome or _prose(waits) or run.phase
    figures = (str(state), elapsed(run, now), spent(run.spend), run.isolation)
    return " · ".join(figure for figure in figures if figure)


def _plan(run: RunView) -> tuple[str, ...]:
    if not run.plan:
        return ()
    done, total = progress(run.plan)
    steps = (f"{_MARKS[step.status]} {_prose(step.title)}" for step in run.plan)
    return (f"{done} of {total} steps", *steps)


def _open(run: RunView) -> tuple[str, ...]:
    """What waits for people."""
    gates = (g for g in run.gates if g.decided is None)
    questions = (q for q in run.questions if not q.closed)
    return (
        *(f"Waits for an approval: {code(gate.operation)}" for gate in gates),
        *(f"Waits for an answer: {_prose(q.question)}" for q in questions),
    )


def _prose(text: str) -> str:
    """One line of the model's words. A link shows where it leads: nothing hides behind words."""
    return one_line(text, _WIDTH).replace("](", "] (")


def of_token(view: ThreadView, token: ButtonToken, now: datetime) -> InfoReply | None:
    """What a Details button shows; None if that is not here."""
    match token.kind:
        case "run":
            runs = (details(run, now) for run in view.runs if run.run_id == token.id)
            return next(runs, None)
        case "gate":
            gates = (gate for run in view.runs for gate in run.gates)
            return next((whole(g) for g in gates if g.approval_id == token.id), None)
        case _:
            return None
