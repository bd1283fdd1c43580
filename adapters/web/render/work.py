"""What the agent thinks, does and says."""

from __future__ import annotations

import json

from pydantic import JsonValue

from adapters.ports.button import on_run
from adapters.ports.cards import Button
from adapters.text import clean, lasted
from adapters.web.render.buttons import press
from adapters.web.render.prose import growing
from adapters.web.render.source import block
from adapters.web.render.tags import Html, clock, div, el, icon, join, span
from adapters.web.render.text import cut, one_line
from runtime.events import Outcome
from runtime.plan import Plan
from runtime.view import Answer, CallView, Remark, RunView, SubagentView, Thought

_FAILURES = {
    "denied": "denied",
    "expired": "not decided in time",
    "timeout": "took too long",
    "oom": "out of memory",
    "output_limit": "too much output",
    "quota": "too much on disk",
    "unknown_outcome": "outcome unknown",
    "unavailable": "not available",
    "stopped": "stopped",
}
_OUTCOMES = {
    Outcome.DONE: ("check", "Done"),
    Outcome.FAILED: ("cross", "Failed"),
    Outcome.CANCELLED: ("stop", "Stopped"),
}
_SOURCE = {"command": "shell", "code": "python", "content": ""}
_OPEN_LINES = 14  # of output that stand open; longer ones are folded


def thought(block_: Thought, plan: Plan) -> Html | None:
    """Open while it is live or where it was stopped, folded to one line when it is done."""
    live = block_.seconds is None
    text = clean(block_.text).strip()
    if not text and not live:
        return None
    title = "Thinking" if live else _thought(block_.seconds or 0)
    title += ", stopped" if block_.partial else ""
    step = next((s for s in plan if s.id == block_.step_id), None)
    about = span("quiet", f"· {one_line(step.title, 80)}") if step else None
    return el(
        "details",
        {"class": "thought live" if live else "thought", "open": live or block_.partial},
        el("summary", None, icon("thought"), span("verb", title), about),
        div("thought-text", cut(text)),
    )


def _thought(seconds: float) -> str:
    return "Thought" if seconds < 0.1 else f"Thought for {lasted(seconds)}"


def call(shown: CallView) -> Html:
    """A tool card: what it is called with, what it says while it runs, what became of it."""
    brief = one_line(shown.summary, 140) if shown.summary != shown.tool else ""
    head = el(
        "summary",
        None,
        span(f"tool-mark {shown.status}", icon(_drawing(shown.tool))),
        span("tool", shown.tool),
        el("code", {"class": "brief"}, brief),
        _badge(shown),
    )
    body = (
        _parameters(shown),
        _output(shown),
        *(el("p", {"class": "quiet"}, one_line(note, 500)) for note in shown.notes),
        _changes(shown),
    )
    attributes: dict[str, str | int | bool | None] = {
        "class": f"call {shown.status}",
        "open": _stands_open(shown),
    }
    return el("details", attributes, head, div("call-body", *body))


def _stands_open(shown: CallView) -> bool:
    return shown.status != "done"


def _drawing(tool: str) -> str:
    known = {
        "shell": "shell",
        "python": "shell",
        "plan": "plan",
        "deliver": "file",
        "ask": "question",
    }
    return known.get(tool, "pencil" if tool.startswith(("write", "edit")) else "search")


def _badge(shown: CallView) -> Html:
    if shown.status == "running":
        return span("state running", "running")
    if shown.report:
        return span("state failed" if shown.status == "failed" else "state", shown.report)
    if shown.status == "failed":
        return span("state failed", _FAILURES.get(shown.failure, "failed"))
    if shown.exit_code:
        return span("state failed", f"exit {shown.exit_code}")
    return span(
        "state done", icon("check"), lasted(shown.seconds) if shown.seconds >= 0.1 else None
    )


def _parameters(shown: CallView) -> Html | None:
    if not shown.arguments:
        return None
    path, difference = str(shown.arguments.get("path", "")), shown.difference
    told = {"old", "new", "edits", "patch"} if difference else set[str]()
    rows: list[Html] = []
    for key, value in shown.arguments.items():
        if key not in told and value != [] and (key, value) not in (("count", 1), ("patch", "")):
            rows += [el("dt", None, key), el("dd", None, _value(key, value, path))]
    diff = block(cut(difference), "diff") if difference else None
    return join((el("dl", {"class": "parameters"}, *rows), diff))


def _value(key: str, value: JsonValue, path: str) -> Html:
    """The content of a file has the colours that the end of its name asks for."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
    if "\n" in text or len(text) > 80 or key in _SOURCE:
        return block(cut(text), _SOURCE.get(key) or path.rpartition(".")[2])
    return el("code", None, clean(text))


def _output(shown: CallView) -> Html | None:
    if shown.status == "running":
        tail = cut(shown.tail).strip("\n")
        return el("pre", {"class": "output live", "tabindex": 0}, tail) if tail else None
    text = cut("\n".join(filter(None, (shown.output.strip("\n"), shown.message))))
    if not text:
        return None
    output = el("pre", {"class": "output", "tabindex": 0}, text)
    if text.count("\n") < _OPEN_LINES:
        return output
    rows = text.count("\n") + 1
    return el(
        "details", {"class": "long"}, el("summary", None, f"{rows:,} lines of output"), output
    )


def _changes(shown: CallView) -> Html | None:
    if not shown.changed:
        return None
    files = [el("li", None, one_line(path, 200)) for path in shown.changed[:50]]
    more = len(shown.changed) - len(files)
    rest = el("li", None, f"and {more} more") if more > 0 else None
    return div("changes", span("quiet", "Files changed"), el("ul", None, *files, rest))


def draft(said: Answer) -> Html:
    """Words that may become an answer, or a note before a call."""
    return el("article", {"class": "answer draft growing"}, growing(said.text))


def remark(told: Remark) -> Html:
    text = span("verdict-text", cut(told.text, 2_000))
    return el("p", {"class": f"remark {told.level}"}, icon("note"), text, clock(told.at))


def subagent(shown: SubagentView) -> Html:
    state = shown.outcome.value if shown.outcome else "running"
    return el(
        "p",
        {"class": "remark helper"},
        icon("plan"),
        span("verdict-text", f"Helper: {one_line(shown.title, 200)}"),
        span(f"state {state}", state),
        span("quiet", one_line(shown.summary, 300)) if shown.summary else None,
    )


def ending(run: RunView, *, newest: bool) -> Html:
    """How the task ended, what it took, and what may be done now."""
    outcome = run.outcome or Outcome.DONE
    drawing, word = _OUTCOMES[outcome]
    reason = one_line(run.reason, 600) if outcome is not Outcome.DONE else ""
    said = reason if reason.startswith(word) else f"{word}. {reason}" if reason else word
    took = lasted(run.worked)
    button = Button("Try again", on_run(run.run_id, "retry"))
    retry = press(button, "small") if newest and outcome is not Outcome.DONE else None
    return div(
        f"ending {outcome}",
        span("mark", icon(drawing)),
        span("verdict-text", said),
        span("quiet", took),
        retry,
    )
