"""The whole page, as it is first seen."""

from __future__ import annotations

from collections.abc import Callable

from adapters.simulators.slack.page.statics import OWN, SHARED
from adapters.simulators.slack.render import panels
from adapters.simulators.slack.render.viewer import HOME, Viewer
from adapters.web.render.tags import Html, el, icon

REGIONS: dict[str, Callable[[Viewer], Html]] = {
    "rail": panels.rail,
    "head": panels.head,
    "stream": panels.stream,
    "thread": panels.thread,
    "status": panels.status,
}
"""What is renewed; the modal is drawn beside them, with its complaints."""
_DRAWINGS = (OWN / "sprite.svg", SHARED / "emoji.svg")


def document(seat: Viewer) -> str:
    style = "in-thread" if seat.thread else "in-channel"
    body = el(
        "body",
        {"class": style, "data-user": seat.user.id, "data-channel": seat.channel},
        *(Html(file.read_text(encoding="utf-8")) for file in _DRAWINGS),
        _rail(seat),
        _channel(seat),
        _thread(seat),
        el("dialog", {"id": "modal", "data-region": "modal"}),
        _confirm(),
        el("div", {"class": "toasts", "id": "toasts", "role": "status", "aria-live": "polite"}),
    )
    return f'<!doctype html><html lang="en">{_top(seat)}{body}</html>'


def _top(seat: Viewer) -> str:
    sheets = "".join(
        f'<link rel="stylesheet" href="/static/{name}.css">'
        for name in ("base", "code", "emoji", "slack", "blocks", "forms")
    )
    return (
        '<head><meta charset="utf-8"><meta name="viewport"'
        ' content="width=device-width, initial-scale=1, viewport-fit=cover">'
        '<meta name="color-scheme" content="light dark">'
        f"{el('title', None, f'{seat.sim.team.name} (simulated Slack)')}"
        f'<link rel="icon" href="/static/icon.svg" type="image/svg+xml">{sheets}'
        '<script type="module" src="/static/app.js"></script></head>'
    )


def _region(name: str, seat: Viewer, **marks: str) -> Html:
    return el("div", {"data-region": name, **marks}, REGIONS[name](seat))


def _rail(seat: Viewer) -> Html:
    brand = el("div", {"class": "team"}, seat.sim.team.name, el("small", None, "simulated Slack"))
    return el("nav", {"class": "rail", "id": "rail", "aria-label": "Workspace"}, brand,
              _region("rail", seat, id="places"))  # fmt: skip


def _channel(seat: Viewer) -> Html:
    menu = el(
        "button",
        {"type": "button", "class": "button bare phone", "id": "menu", "aria-label": "Channels"},
        icon("menu"),
    )
    head = el("header", {"class": "head"}, menu, _region("head", seat, **{"class": "head-words"}))
    stream = el("div", {"class": "scroll", "tabindex": "0"}, _region("stream", seat))
    is_home = seat.channel == HOME
    box = None if is_home else _composer(seat, "", f"Message {_place(seat)}{_way(seat)}")
    return el("main", {"class": "channel"}, head, stream, box)


def _place(seat: Viewer) -> str:
    channel = seat.sim.team.channels[seat.channel]
    return seat.sim.team.bot.name if channel.kind == "im" else f"#{channel.name}"


def _way(seat: Viewer) -> str:
    """How to call the app, where that takes a mention."""
    team = seat.sim.team
    is_direct = team.channels[seat.channel].kind == "im"
    return "" if is_direct else f": begin with @{team.bot.handle} to give a task"


def _thread(seat: Viewer) -> Html | None:
    if seat.thread is None:
        return None
    back = {"class": "button bare", "href": seat.link(), "aria-label": "Close the thread"}
    return el(
        "section",
        {"class": "thread", "aria-label": "Thread"},
        el(
            "header",
            {"class": "head"},
            el("h1", None, "Thread", el("small", None, _place(seat))),
            el("a", dict(back), icon("cross")),
        ),
        el("div", {"class": "scroll", "tabindex": "0"}, _region("thread", seat)),
        _region("status", seat, **{"class": "status-place", "role": "status"}),
        _composer(seat, seat.thread, "Reply"),
    )


def _composer(seat: Viewer, thread: str, hint: str) -> Html:
    attach = {"type": "button", "class": "button bare", "data-attach": True}
    send = {"type": "submit", "class": "button primary round", "aria-label": "Send"}
    return el(
        "form",
        {"class": "composer", "data-say": True, "data-thread": thread},
        el("ul", {"class": "chips", "aria-label": "Files to send"}),
        el(
            "div",
            {"class": "typing"},
            el("button", {**attach, "aria-label": "Attach files"}, icon("clip")),
            el("input", {"type": "file", "multiple": True, "hidden": True}),
            el("textarea", {"name": "text", "rows": 1, "placeholder": hint, "aria-label": hint}),
            el("button", dict(send), icon("send")),
        ),
    )


def _confirm() -> Html:
    return el(
        "dialog",
        {"id": "confirm", "aria-labelledby": "confirm-title"},
        el("h2", {"id": "confirm-title"}),
        el("p", None),
        el(
            "div",
            {"class": "modal-foot"},
            el("button", {"type": "button", "class": "button", "value": "no"}),
            el("button", {"type": "button", "class": "button primary", "value": "yes"}),
        ),
    )
