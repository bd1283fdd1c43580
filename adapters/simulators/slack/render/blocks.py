"""Blocks as HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from adapters.simulators.slack.render.controls import Owner, control, labelled, text_of
from adapters.simulators.slack.render.mrkdwn import mrkdwn
from adapters.simulators.slack.render.pictures import picture
from adapters.simulators.slack.render.rich import rich_text
from adapters.simulators.slack.render.tasks import plan, task_card
from adapters.simulators.slack.wire import Json, listed
from adapters.web.render.emoji import drawn
from adapters.web.render.prose import prose
from adapters.web.render.tags import Child, Html, div, el, icon, join, span

_WIDTHS = frozenset({"narrow", "standard", "wide", "full"})
_LEVELS = {"info": "note", "success": "check", "warning": "hand", "error": "hand"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What blocks are drawn for: `values` and `errors` of a form, by block."""

    owner: Owner
    values: Json = field(default_factory=dict[str, Any])
    errors: dict[str, str] = field(default_factory=dict[str, str])

    def state(self, block: Json, element: Json) -> Json:
        return self.values.get(str(block.get("block_id")), {}).get(element.get("action_id"), {})


def draw_blocks(sheet: Sheet, blocks: Iterable[Json]) -> Html:
    return join(draw_block(sheet, block) for block in blocks)


def draw_block(sheet: Sheet, block: Json) -> Html:
    kind = str(block.get("type"))
    draw = _DRAWN.get(kind)
    if draw is None:
        return div("block quiet", f"({kind} block)")
    return div(f"block {kind}", draw(sheet, block))


def text(sheet: Sheet, given: Any) -> Html:
    """A text object, whichever it is."""
    if not given:
        return Html("")
    if given.get("type") == "mrkdwn":
        return mrkdwn(sheet.owner.seat, str(given.get("text", "")))
    return span("plain", drawn(text_of(given)))


def _section(sheet: Sheet, block: Json) -> Html:
    fields = [div("section-field", text(sheet, each)) for each in listed(block, "fields")]
    words = div(
        "section-words",
        text(sheet, block.get("text")),
        div("section-fields", *fields) if fields else None,
    )
    accessory = block.get("accessory")
    if not accessory:
        return words
    return join([words, div("accessory", _element(sheet, block, accessory))])


def _element(sheet: Sheet, block: Json, element: Json) -> Html:
    if element.get("type") == "image":
        return picture(sheet.owner.seat, element, "thumb")
    return control(sheet.owner, element, sheet.state(block, element))


def _header(sheet: Sheet, block: Json) -> Html:
    return el(
        f"h{min(int(block.get('level') or 2) + 1, 5)}", None, drawn(text_of(block.get("text")))
    )


def _context(sheet: Sheet, block: Json) -> Html:
    parts: list[Child] = []
    for element in listed(block, "elements"):
        if element.get("type") == "image":
            parts.append(picture(sheet.owner.seat, element, "tiny"))
        else:
            parts.append(span("", text(sheet, element)))
    return join(parts)


def _actions(sheet: Sheet, block: Json) -> Html:
    return join(_element(sheet, block, element) for element in listed(block, "elements"))


def _image(sheet: Sheet, block: Json) -> Html:
    title = block.get("title")
    caption = el("figcaption", {"class": "quiet"}, text_of(title)) if title else None
    return el("figure", None, picture(sheet.owner.seat, block, "large"), caption)


def _table(sheet: Sheet, block: Json) -> Html:
    settings = listed(block, "column_settings")

    def cell(name: str, place: int, given: Json) -> Html:
        align = settings[place].get("align", "left") if place < len(settings) else "left"
        if given.get("type") == "rich_text":
            return el(name, {"class": align}, rich_text(sheet.owner.seat, given))
        return el(name, {"class": align}, str(given.get("text", given.get("value", ""))))

    rows = [
        el("tr", None, *(cell("td" if number else "th", n, c) for n, c in enumerate(row)))
        for number, row in enumerate(block.get("rows") or [])
    ]
    return el("table", None, *rows)


def _alert(sheet: Sheet, block: Json) -> Html:
    level = str(block.get("level") or "default")
    drawing = icon(_LEVELS.get(level, "note"))
    return div(f"alert-box {level}", drawing, span("", text(sheet, block.get("text"))))


def _container(sheet: Sheet, block: Json) -> Html:
    rich = block.get("rich_text_title")
    title = rich_text(sheet.owner.seat, rich) if rich else text(sheet, block.get("title"))
    about = block.get("subtitle")
    head = [span("container-title", title), span("quiet", text(sheet, about)) if about else None]
    inside = div("container-body", draw_blocks(sheet, listed(block, "child_blocks")))
    width = str(block.get("width"))
    style = f"container-box {width if width in _WIDTHS else 'standard'}"
    if not block.get("is_collapsible"):
        return div(style, div("container-head", *head), inside)
    marks = {"class": style, "open": not block.get("default_collapsed")}
    return el("details", dict(marks), el("summary", None, icon("chevron"), *head), inside)


def _card(sheet: Sheet, block: Json) -> Html:
    hero = block.get("hero_image")
    return div(
        "card-box",
        picture(sheet.owner.seat, hero, "hero") if hero else None,
        el("strong", None, text(sheet, block.get("title"))),
        div("quiet", text(sheet, block.get("subtitle"))),
        div("", text(sheet, block.get("body"))),
        div("block actions", *(control(sheet.owner, e) for e in listed(block, "actions"))),
    )


def _carousel(sheet: Sheet, block: Json) -> Html:
    return div("carousel-row", *(_card(sheet, card) for card in listed(block, "elements")))


def _input(sheet: Sheet, block: Json) -> Html:
    element: Json = block["element"]
    inner = control(sheet.owner, element, sheet.state(block, element))
    return labelled(block, inner, sheet.errors.get(str(block.get("block_id"))))


_DRAWN: dict[str, Callable[[Sheet, Json], Html]] = {
    "actions": _actions,
    "alert": _alert,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
    "context": _context,
    "context_actions": _actions,
    "divider": lambda _, __: Html("<hr>"),
    "header": _header,
    "image": _image,
    "input": _input,
    "markdown": lambda _, block: div("answer", drawn(prose(str(block.get("text", ""))))),
    "plan": lambda sheet, block: plan(sheet.owner.seat, block),
    "rich_text": lambda sheet, block: rich_text(sheet.owner.seat, block),
    "section": _section,
    "table": _table,
    "task_card": lambda sheet, block: task_card(sheet.owner.seat, block),
}
