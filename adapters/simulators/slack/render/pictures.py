"""Pictures and files. Only those that were given to this Slack are shown: the page reaches nothing
outside."""

from __future__ import annotations

from typing import Any

from adapters.simulators.slack.file import File
from adapters.simulators.slack.render.mrkdwn import link
from adapters.simulators.slack.render.viewer import Viewer
from adapters.simulators.slack.wire import Json
from adapters.web.render.tags import Html, div, el, icon, span


def picture(seat: Viewer, source: Json, style: str) -> Html:
    alt = str(source.get("alt_text", ""))
    file = _named(seat, source.get("slack_file"))
    if file is not None and file.is_image:
        return _shown(file, alt, style)
    if source.get("image_url"):
        return span(f"elsewhere {style}", icon("file"), link(str(source["image_url"]), alt))
    return span(f"elsewhere {style}", icon("file"), alt)


def _named(seat: Viewer, given: Any) -> File | None:
    if not given:
        return None
    name = str(given.get("id") or str(given.get("url", "")).rstrip("/").rpartition("/")[2])
    return seat.sim.team.files.get(name)


def _shown(file: File, alt: str, style: str) -> Html:
    address = f"/file/{file.id}"
    image = el("img", {"src": address, "alt": alt or file.title, "class": style})
    return el("a", {"href": address, "target": "_blank", "class": "picture"}, image)


def attached(seat: Viewer, file: File) -> Html:
    """A file under a message."""
    if file.deleted:
        return div("file gone quiet", icon("file"), "This file was deleted.")
    name = span("file-name", file.title or file.name)
    if file.is_image:
        return div("file-picture", span("quiet", name), _shown(file, file.alt, "large"))
    marks = {"class": "file", "href": f"/file/{file.id}", "download": file.name}
    about = span("quiet", f"{file.name.rpartition('.')[2].upper()} · {_size(file.length)}")
    return el("a", dict(marks), icon("file"), span("file-words", name, about))


def _size(length: int) -> str:
    if length < 1024:
        return f"{length} bytes"
    return f"{length / 1024:.0f} KB" if length < 1024**2 else f"{length / 1024**2:.1f} MB"
