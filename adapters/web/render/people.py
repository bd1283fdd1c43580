"""What people said and sent, and where they are waited for."""

from __future__ import annotations

from urllib.parse import quote

from adapters.web.render.tags import Html, clock, div, el, icon, span
from adapters.web.render.text import cut, one_line, sized
from adapters.web.render.timeline import name
from runtime.events import FileRef
from runtime.ids import SessionId
from runtime.view import GateView, Line

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What is drawn in place; SVG and HTML can hold scripts and are only saved."""


def line(said: Line, session: SessionId) -> Html:
    head = div("by", span("name", name(said.actor)), clock(said.at), *_tags(said))
    files = div("files", *(file(each, session) for each in said.files)) if said.files else None
    unread = [
        span("unread", f"{one_line(u.name, 80)} could not be read: {u.why}") for u in said.unread
    ]
    text = div("words", cut(said.text)) if said.text.strip() else None
    style = "line aside" if said.aside else "line"
    return el("article", {"class": style}, head, text, files, *unread)


def _tags(said: Line) -> tuple[Html, ...]:
    """What was deleted has no words any more."""
    changed = "deleted" if said.deleted else "edited" if said.edited else ""
    return tuple(span("tag", tag) for tag in ("aside" if said.aside else "", changed) if tag)


def file(ref: FileRef, session: SessionId) -> Html:
    """A link that saves it; pictures are seen at once. A file is only had through a session that
    names it."""
    place = f"/sessions/{quote(session, safe='')}/files/{quote(ref.artifact, safe='')}"
    address = f"{place}?name={quote(ref.name, safe='')}"
    shown = one_line(ref.name, 80)
    picture = el("img", {"src": address, "alt": f"Picture {shown}", "loading": "lazy"})
    return el(
        "a",
        {"class": "file", "href": address, "download": shown},
        picture if ref.media_type in PICTURES else icon("file"),
        span("file-name", shown),
        span("quiet", sized(ref.size)),
    )


def waiting_gate(gate: GateView) -> Html:
    """Its place in the story while the buttons stand below."""
    brief = el("code", {"class": "brief"}, one_line(gate.operation, 90))
    return el("p", {"class": "verdict open"}, icon("hand"), "Waiting for your decision", brief)
