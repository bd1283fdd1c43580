"""HTML that is safe by its type: text is escaped, only `Html` is not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape


class Html(str):
    """Markup that was built here, or cleaned."""

    __slots__ = ()


Child = str | Html | None
_VOID = frozenset({"img", "input", "meta"})


def el(
    name: str, attributes: dict[str, str | int | bool | None] | None = None, *children: Child
) -> Html:
    """An element. Attributes that are None or False are left out, True stands without a value."""
    marks = "".join(_attribute(key, value) for key, value in (attributes or {}).items())
    if name in _VOID:
        return Html(f"<{name}{marks}>")
    return Html(f"<{name}{marks}>{join(children)}</{name}>")


def _attribute(key: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    return f" {key}" if value is True else f' {key}="{escape(str(value))}"'


def join(children: Iterable[Child]) -> Html:
    parts = (c if isinstance(c, Html) else escape(c) for c in children if c is not None)
    return Html("".join(parts))


def div(style: str, *children: Child) -> Html:
    return el("div", {"class": style}, *children)


def span(style: str, *children: Child) -> Html:
    return el("span", {"class": style}, *children)


def icon(name: str) -> Html:
    """A drawing from the sprite of the page; it says nothing that the words beside it do not."""
    use = el("use", {"href": f"#i-{name}"})
    return el("svg", {"class": "icon", "aria-hidden": "true"}, use)


def clock(at: datetime, style: str = "") -> Html:
    """A time of day; the page says it in the reader's own zone."""
    return el("time", {"class": f"at {style}".strip(), "datetime": at.isoformat()}, f"{at:%H:%M}")


def since(began: datetime) -> Html:
    """A duration that goes on; the page counts it."""
    return el("time", {"class": "since", "data-since": began.isoformat()}, "")
