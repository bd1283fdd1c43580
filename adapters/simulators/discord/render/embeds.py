"""Embeds."""

from __future__ import annotations

from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.render.components import Frame, below
from adapters.simulators.discord.render.markdown import markdown
from adapters.simulators.discord.render.marks import attachment
from adapters.text import clean
from adapters.web.render.tags import Html, div, el


def embed(part: Json, at: Frame) -> Html:
    colour = part.get("color")
    fill = f"#{colour:06x}" if isinstance(colour, int) else "#4e5058"
    rect = el("rect", {"width": 1, "height": 1, "fill": fill})
    bar = el("svg", {"class": "accent", "viewBox": "0 0 1 1", "preserveAspectRatio": "none"}, rect)
    fields = [field for field in below(part, "fields") if isinstance(field, dict)]
    return div(
        "container embed",
        bar,
        _text(part, "author", "name"),
        div("embed-title", markdown(at.seat, str(part["title"]))) if part.get("title") else None,
        markdown(at.seat, str(part.get("description") or "")),
        div("fields", *(_field(field, at) for field in fields)) if fields else None,
        _picture(part, at),
        _text(part, "footer", "text"),
    )


def _field(field: Json, at: Frame) -> Html:
    inline = " inline" if field.get("inline") else ""
    name = div("field-name", clean(str(field.get("name"))))
    return div(f"field{inline}", name, markdown(at.seat, str(field.get("value"))))


def _text(part: Json, key: str, inner: str) -> Html | None:
    below_it = part.get(key)
    text = below_it.get(inner) if isinstance(below_it, dict) else None
    return div(f"embed-{key}", clean(str(text))) if text else None


def _picture(part: Json, at: Frame) -> Html | None:
    picture = part.get("image")
    url = str(picture.get("url", "")) if isinstance(picture, dict) else ""
    held = at.files.get(url.removeprefix("attachment://"))
    return attachment(held) if held else None
