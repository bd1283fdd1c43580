"""The card of a run, block by block: the short record that chats show of the work."""

from __future__ import annotations

from adapters.ports.cards import (
    Failed,
    Heading,
    Note,
    Running,
    Status,
    StepRow,
    Steps,
    Thinking,
    Workers,
)
from adapters.text import lasted, waiting_for
from adapters.web.render.tags import Html, div, el, icon, span
from adapters.web.render.text import PHASES, cut, one_line


def block(shown: Heading | Steps | Workers | Status | Note) -> Html:
    match shown:
        case Heading():
            waits = waiting_for(shown.people) if shown.waiting else ""
            state = shown.outcome or waits or PHASES[shown.phase]
            return div(
                "gate-head", el("h2", None, one_line(shown.title)), span("state", f"{state}")
            )
        case Steps(rows=rows, done=done, total=total):
            bar = el("progress", {"max": total, "value": done, "aria-label": "Steps"}, "")
            return div("plan", bar, el("ol", {"class": "steps"}, *map(_step, rows)))
        case Workers(rows=rows):
            workers = [f"{row.title}: {row.outcome or 'running'} {row.summary}" for row in rows]
            return el("ul", None, *(el("li", None, one_line(text)) for text in workers))
        case Status():
            return el("p", {"class": "quiet"}, _status(shown))
        case Note(level=level, text=text):
            return el("p", {"class": f"remark {level}"}, icon("note"), cut(text))


def _step(row: StepRow) -> Html:
    text = span("step-title", f"{row.number}. {one_line(row.title)}")
    note = span("step-note", one_line(row.note)) if row.note else None
    return el("li", {"class": row.status.value}, text, note)


def _status(shown: Status) -> str:
    cost = "" if shown.cost is None else f"${shown.cost:.4f}"
    tokens = f"{shown.tokens:,} tokens" if shown.tokens else ""
    figures = (lasted(shown.seconds), tokens, cost, shown.model, shown.isolation)
    return " · ".join(figure for figure in figures if figure)


def work(shown: Running | Failed | Thinking) -> Html:
    match shown:
        case Running(tool=tool, summary=summary, tail=tail):
            output = el("pre", {"class": "output"}, cut("\n".join(tail))) if tail else None
            return div("running", _called(tool, summary), output)
        case Failed(tool=tool, summary=summary, kind=kind, message=message, tail=tail):
            said = span("state failed", one_line(f"{kind}: {message}"))
            output = el("pre", {"class": "output"}, cut("\n".join(tail))) if tail else None
            return div("failed", _called(tool, summary), said, output)
        case Thinking(lines=lines, seconds=seconds) if lines or seconds is None:
            return div("thought-text", cut("\n".join(lines)))
        case Thinking(seconds=seconds):
            return el("p", {"class": "quiet"}, f"Thought for {lasted(seconds or 0)}")


def _called(tool: str, summary: str) -> Html:
    return div("called", span("tool", tool), el("code", {"class": "brief"}, one_line(summary)))
