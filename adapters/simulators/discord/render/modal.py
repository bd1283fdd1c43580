"""A modal that the application opened."""

from __future__ import annotations

from adapters.simulators.discord.interaction import Interaction
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.render.components import below, options
from adapters.simulators.discord.render.markdown import markdown
from adapters.simulators.discord.render.viewer import Viewer
from adapters.simulators.discord.rules.kinds import Part
from adapters.text import clean
from adapters.web.render.tags import Html, div, el, span

Marks = dict[str, str | int | bool | None]


def modal(seat: Viewer) -> Html:
    """The newest one that is open for this person; nothing where none is."""
    found = [
        i
        for i in seat.world.interactions.values()
        if i.user is seat.user and i.modal and not i.submitted
    ]
    return _sheet(seat, found[-1]) if found else Html("")


def _sheet(seat: Viewer, asked: Interaction) -> Html:
    assert asked.modal
    parts = [part for part in below(asked.modal) if isinstance(part, dict)]
    title = clean(str(asked.modal["title"]))
    marks: Marks = {"type": "button", "class": "button secondary", "data-act": "dismiss"}
    return el(
        "form",
        {"class": "modal", "data-key": asked.id, "data-modal": asked.id, "aria-label": title},
        el("h2", None, title),
        div("by", "This form will be submitted to ", el("strong", None, seat.world.bot.name), "."),
        div("fields-in", *(_part(seat, part) for part in parts)),
        div(
            "row end",
            el("button", marks | {"data-modal": asked.id}, "Cancel"),
            el("button", {"type": "submit", "class": "button primary"}, "Submit"),
        ),
    )


def _part(seat: Viewer, part: Json) -> Html:
    if part["type"] == Part.TEXT:
        return div("text", markdown(seat, str(part["content"])))
    inner = part.get("component")
    control = inner if isinstance(inner, dict) else None
    if control is None:
        rows = [row for row in below(part) if isinstance(row, dict)]
        control = rows[0] if rows else {}
    label = clean(str(part.get("label") or control.get("label") or ""))
    needed = span("needed", " *") if control.get("required", True) else None
    about = part.get("description")
    hint = span("faint", clean(str(about))) if about else None
    return el("label", {"class": "field-in"}, span("name", label, needed), hint,
              _control(seat, control))  # fmt: skip


def _control(seat: Viewer, control: Json) -> Html:
    kind = control.get("type")
    marks: Marks = {"name": str(control.get("custom_id"))}
    if control.get("required", True) and kind != Part.CHECKBOX:
        marks["required"] = True
    if kind == Part.TEXT_INPUT:
        return _text(control, marks)
    if kind == Part.FILE_UPLOAD:
        return el("input", marks | {"type": "file", "multiple": True})
    if kind == Part.CHECKBOX:
        ticked = bool(control.get("default"))
        return el("input", marks | {"type": "checkbox", "checked": ticked})
    most = control.get("max_values", 1)
    many = kind == Part.CHECKBOX_GROUP or (isinstance(most, int) and most > 1)
    return el("select", marks | {"multiple": many, "class": "select"}, *options(control, seat))


def _text(control: Json, marks: Marks) -> Html:
    for key, name in (("max_length", "maxlength"), ("min_length", "minlength")):
        bound = control.get(key)
        marks[name] = bound if isinstance(bound, int) and bound else None
    marks["placeholder"] = clean(str(control.get("placeholder") or ""))
    value = str(control.get("value") or "")
    if control.get("style") == 1:
        return el("input", marks | {"value": value, "autocomplete": "off"})
    return el("textarea", marks | {"rows": 4}, value)
