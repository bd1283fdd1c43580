"""The small signs: avatars, icons, emoji, files."""

from __future__ import annotations

from zlib import crc32

from pydantic import JsonValue

from adapters.simulators.discord.message import Attachment
from adapters.simulators.discord.people import User
from adapters.text import clean
from adapters.web.render.tags import Html, div, el, span

COLOURS = 7
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What is shown in place; everything else is only given away as a file."""


def avatar(user: User, small: bool = False) -> Html:
    colour = "bot" if user.bot else f"c{crc32(user.name.encode()) % COLOURS}"
    size = " small" if small else ""
    return span(f"avatar {colour}{size}", clean(user.name)[:1].upper() or "?")


def icon(name: str) -> Html:
    use = el("use", {"href": f"#i-{name}"})
    return el("svg", {"class": "icon", "aria-hidden": "true"}, use)


def act(name: str, hint: str, kind: str, **data: str | int) -> Html:
    """A small button that sends an act."""
    marks: dict[str, str | int | bool | None] = {
        "type": "button", "class": "tool", "aria-label": hint, "title": hint, "data-act": kind,
    }  # fmt: skip
    return el("button", marks | {f"data-{key}": value for key, value in data.items()}, icon(name))


def emoji(value: JsonValue) -> str:
    """A character; one that a guild drew is shown by its name."""
    name = value.get("name") if isinstance(value, dict) else value
    drawn = isinstance(value, dict) and value.get("id")
    return f":{name}:" if drawn else str(name or "")


def path(file: Attachment) -> str:
    return f"/files/{file.id}"


def attachment(file: Attachment) -> Html:
    """A picture in place, anything else as a card to take away."""
    name = clean(file.name)
    if file.media_type in PICTURES:
        about = clean(file.description or name)
        picture = el("img", {"src": path(file), "alt": about, "loading": "lazy"})
        return el("a", {"class": "picture", "href": path(file), "target": "_blank"}, picture)
    return file_card(file)


def file_card(file: Attachment) -> Html:
    link = el("a", {"href": path(file), "download": clean(file.name)}, clean(file.name))
    return div("file", icon("file"), div("", link, span("faint", size(len(file.data)))))


def size(count: int) -> str:
    if count >= 1_000_000:
        return f"{count / 1_048_576:.2f} MB"
    return f"{count / 1_024:.2f} KB" if count >= 1_000 else f"{count} bytes"
