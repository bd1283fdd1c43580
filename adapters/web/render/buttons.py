"""Buttons. What one sends stands in it: the token of a card, or the type of a frame."""

from __future__ import annotations

import re
from dataclasses import replace

from adapters.ports.cards import Button, Choice
from adapters.web.render.tags import Html, div, el, icon, span

_LIVE = re.compile(r'<details class="sure">.*?</details>|<(button|form)\b.*?</\1>', re.DOTALL)
_DRAWINGS = {"good": "up", "bad": "down"}


def act(
    kind: str,
    label: str | Html,
    style: str = "",
    data: dict[str, str] | None = None,
    hint: str = "",
) -> Html:
    """A button that sends a frame of this type."""
    marks = {"data-act": kind} | {f"data-{key}": value for key, value in (data or {}).items()}
    return _button(label, style, marks, hint)


def press(shown: Button, style: str = "", hint: str = "") -> Html:
    """A button of a card: it sends the card's own token."""
    label: str | Html = shown.label
    if shown.press.kind == "run" and shown.press.choice in _DRAWINGS:
        label, style, hint = icon(_DRAWINGS[shown.press.choice]), "bare", shown.label
    if shown.style != "plain":
        style = f"{style} {shown.style}".strip()
    return _button(label, style, {"data-press": str(shown.press)}, hint)


def choice(shown: Choice) -> Html:
    option = _asked_twice if shown.confirm else _option
    return div("longer", span("quiet", shown.label), *(option(shown, o) for o in shown.options))


def _option(shown: Choice, option: Button) -> Html:
    return press(option, "small", f"{shown.label}: {option.label}")


def _asked_twice(shown: Choice, option: Button) -> Html:
    """A fold: the button that counts stands in it, beside what must be known first."""
    hint = f"{shown.label}: {option.label}"
    summary = el(
        "summary", {"class": "button small", "aria-label": hint, "title": hint}, option.label
    )
    sure = replace(option, label=f"Approve {option.label.lower()}", style="danger")
    return el(
        "details",
        {"class": "sure"},
        summary,
        div("sure-body", el("p", None, shown.confirm), press(sure, "small")),
    )


def _button(label: str | Html, style: str, marks: dict[str, str], hint: str) -> Html:
    attributes: dict[str, str | int | bool | None] = {
        "type": "button",
        "class": f"button {style}".strip(),
        "aria-label": hint or None,
        "title": hint or None,
    }
    return el("button", attributes | marks, label)


def still(html: Html) -> Html:
    """The same without anything that can be pressed. Safe on markup that was built here: in text
    every `<` is escaped, and prose has neither element."""
    return Html(_LIVE.sub("", html))
