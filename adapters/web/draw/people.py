"""What people said, asked for and decided."""

from __future__ import annotations

from urllib.parse import quote

from adapters.web.draw.source import exact
from adapters.web.draw.tags import Html, act, clock, div, el, icon, span
from adapters.web.draw.timeline import name
from adapters.web.draw.words import cut, one_line, sized
from runtime.approvals import Duration, who
from runtime.events import FileRef
from runtime.view import GateView, Line, QuestionView, RunView

DURATIONS = (
    (Duration.RUN, "This task"),
    (Duration.QUARTER, "15 min"),
    (Duration.HOUR, "1 hour"),
    (Duration.THREAD, "This session"),
)
LASTS = {
    Duration.ONCE: "once",
    Duration.RUN: "for this task",
    Duration.QUARTER: "for 15 minutes",
    Duration.HOUR: "for an hour",
    Duration.THREAD: "for this session",
}
_VERDICTS = {
    "approved": "Approved",
    "denied": "Denied",
    "expired": "Nobody decided in time",
    "closed": "Closed with its task",
}


def line(said: Line) -> Html:
    head = div("by", span("name", name(said.actor)), clock(said.at), _aside(said))
    files = div("files", *(file(each) for each in said.files)) if said.files else None
    text = div("words", cut(said.text)) if said.text.strip() else None
    style = "line aside" if said.aside else "line"
    return el("article", {"class": style}, head, text, files)


def _aside(said: Line) -> Html | None:
    return span("tag", "aside") if said.aside else None


def file(ref: FileRef) -> Html:
    """A link that saves it; pictures are seen at once."""
    address = f"/files/{quote(ref.artifact, safe='')}?name={quote(ref.name, safe='')}"
    shown = one_line(ref.name, 80)
    is_picture = ref.media_type in ("image/png", "image/jpeg", "image/gif", "image/webp")
    picture = el("img", {"src": address, "alt": f"Picture {shown}", "loading": "lazy"})
    return el(
        "a",
        {"class": "file", "href": address, "download": shown},
        picture if is_picture else icon("file"),
        span("file-name", shown),
        span("quiet", sized(ref.size)),
    )


def open_gate(gate: GateView, run: RunView) -> Html:
    """Everything that a decision needs, and the buttons."""
    gate_id: dict[str, str] = {"approval": gate.approval_id}
    longer = [
        act("approve", label, "small", {**gate_id, "duration": lasts.value}, f"Approve: {label}")
        for lasts, label in DURATIONS
    ]
    return el(
        "section",
        {"class": f"gate risk-{gate.risk}", "aria-label": "Approval needed"},
        div(
            "gate-head",
            el("h2", None, "Approval needed"),
            span(f"badge risk-{gate.risk}", f"{gate.risk} risk"),
            span("tool", gate.tool),
            span("quiet until", "until ", clock(gate.expires_at)),
        ),
        exact(gate.operation, gate.tool),
        el("p", {"class": "why"}, _reason(gate)),
        div(
            "gate-foot",
            act("approve", "Approve once", "primary", {**gate_id, "duration": "once"}),
            act("deny", "Deny", "danger", gate_id),
            div("longer", span("quiet", "Approve for"), *longer),
            span("quiet who", f"May decide: {one_line(who(gate.rule, run.requester))}"),
        ),
    )


def _reason(gate: GateView) -> str:
    why = one_line(gate.why or "the configuration asks for it", 600).rstrip(".")
    return f"{why[:1].upper()}{why[1:]}."


def closed_gate(gate: GateView) -> Html:
    """Who decided what, and when."""
    names = " and ".join(name(actor) for actor in gate.actors)
    text = _VERDICTS[gate.decided or "closed"]
    text += f" by {names}" if names else ""
    text += f" {LASTS[gate.duration]}" if gate.decided == "approved" else ""
    mark = "check" if gate.decided == "approved" else "cross"
    return el(
        "details",
        {"class": f"verdict {gate.decided}"},
        el(
            "summary",
            None,
            icon(mark),
            span("verdict-text", text),
            el("code", {"class": "brief"}, one_line(gate.operation, 90)),
            clock(gate.decided_at) if gate.decided_at else None,
        ),
        exact(gate.operation, gate.tool),
    )


def waiting_gate(gate: GateView) -> Html:
    """Its place in the story while the buttons stand below."""
    brief = el("code", {"class": "brief"}, one_line(gate.operation, 90))
    return el("p", {"class": "verdict open"}, icon("hand"), "Waiting for your decision", brief)


def open_question(question: QuestionView) -> Html:
    marks: dict[str, str] = {"question": question.question_id}
    options = [act("answer", one_line(o, 120), "", {**marks, "text": o}) for o in question.options]
    free = el(
        "form",
        {"class": "free", "data-answer": question.question_id},
        el("input", {"name": "text", "aria-label": "Your answer", "placeholder": "Your answer"}),
        el("button", {"class": "button primary"}, "Answer"),
    )
    return el(
        "section",
        {"class": "gate question", "aria-label": "Question"},
        div("gate-head", el("h2", None, one_line(question.question, 2_000))),
        div("gate-foot", *options) if options else None,
        free if question.kind == "ask" else None,
    )


def closed_question(question: QuestionView) -> Html:
    by = f" ({name(question.actor)})" if question.actor else ""
    answer = one_line(question.answer, 400) + by if question.answer else "Closed without an answer"
    return el(
        "p",
        {"class": "verdict"},
        icon("question"),
        span("verdict-text", one_line(question.question, 400)),
        span("said", answer),
    )
