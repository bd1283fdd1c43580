"""Plans and their tasks."""

from __future__ import annotations

from typing import Any

from adapters.simulators.slack.render.emoji import with_emoji
from adapters.simulators.slack.render.mrkdwn import link
from adapters.simulators.slack.render.rich import rich_text
from adapters.simulators.slack.render.viewer import Viewer
from adapters.simulators.slack.wire import Json
from adapters.web.render.emoji import drawn
from adapters.web.render.tags import Child, Html, div, el, icon, span

_MARKS = {"pending": "clock", "in_progress": "dots", "complete": "check", "error": "cross"}
_WORDS = {
    "pending": "Pending",
    "in_progress": "In progress",
    "complete": "Complete",
    "error": "Failed",
}


def plan(seat: Viewer, block: Json) -> Html:
    tasks: list[Json] = block.get("tasks") or []
    head = el(
        "summary",
        None,
        icon("plan"),
        span("plan-title", drawn(with_emoji(str(block.get("title", ""))))),
    )
    rows = div("plan-tasks", *(task_card(seat, task) for task in tasks))
    return el("details", {"class": "plan-box", "open": True}, head, rows)


def task_card(seat: Viewer, task: Json) -> Html:
    status = str(task.get("status") or "pending")
    drawing, word = _MARKS.get(status, "clock"), _WORDS.get(status, status)
    mark = el("span", {"class": f"task-mark {status}", "title": word}, icon(drawing))
    title = span("task-title", drawn(with_emoji(str(task.get("title", "")))))
    body = _body(seat, task)
    if not body:
        return div(f"task {status}", mark, title)
    opened = {"class": f"task {status}", "open": status in ("in_progress", "error")}
    head = el("summary", None, mark, title, icon("chevron"))
    return el("details", dict(opened), head, div("task-body", *body))


def _body(seat: Viewer, task: Json) -> list[Child]:
    parts: list[Child] = []
    for name in ("details", "output"):
        given: Any = task.get(name)
        if given:
            parts.append(div(f"task-{name}", rich_text(seat, given)))
    sources: list[Json] = task.get("sources") or []
    if sources:
        links = (link(str(s.get("url", "")), s.get("text")) for s in sources)
        parts.append(div("sources", *links))
    return parts
