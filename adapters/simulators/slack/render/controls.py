"""What can be pressed, chosen or filled in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from adapters.simulators.slack.options import options_of
from adapters.simulators.slack.render.emoji import with_emoji
from adapters.simulators.slack.render.viewer import Viewer
from adapters.simulators.slack.wire import Json, listed
from adapters.web.render.emoji import drawn
from adapters.web.render.tags import Child, Html, div, el, icon, join, span

Marks = dict[str, str | int | bool | None]
_FIELDS = {
    "datepicker": "date", "timepicker": "time", "datetimepicker": "datetime-local",
    "number_input": "number", "email_text_input": "email", "url_text_input": "url",
}  # fmt: skip
_PEOPLE = frozenset({"users_select", "multi_users_select"})
_PLACES = frozenset(
    {
        "channels_select", "conversations_select", "multi_channels_select",
        "multi_conversations_select",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owner:
    """What the controls belong to: a message or a view. In a form nothing is sent by itself."""

    seat: Viewer
    channel: str = ""
    ts: str = ""
    view: str = ""
    in_form: bool = False

    def marks(self, element: Json, act: str) -> Marks:
        about: Marks = {
            "data-act": act,
            "data-action": str(element.get("action_id", "")),
            "data-channel": self.channel or None,
            "data-ts": self.ts or None,
            "data-view": self.view or None,
        }
        confirm = element.get("confirm")
        if confirm:
            about |= {
                "data-confirm": text_of(confirm.get("text")),
                "data-confirm-title": text_of(confirm.get("title")),
                "data-confirm-yes": text_of(confirm.get("confirm")) or "OK",
                "data-confirm-no": text_of(confirm.get("deny")) or "Cancel",
            }
        return about


def text_of(text: Json | None) -> str:
    return with_emoji(str(text.get("text", ""))) if text else ""


def control(owner: Owner, element: Json, state: Json | None = None) -> Html:
    """`state` is what was chosen before, in a view."""
    kind = str(element.get("type"))
    if kind in ("button", "workflow_button"):
        return _button(owner, element)
    if kind == "icon_button":
        return _icon_button(owner, element)
    if kind == "feedback_buttons":
        return _feedback(owner, element)
    if kind in ("radio_buttons", "checkboxes"):
        return _boxes(owner, element, state or {})
    if kind in ("plain_text_input", *_FIELDS):
        return _field(owner, element, state or {})
    if kind == "file_input":
        return span("quiet", "Files are attached in the thread here.")
    return _select(owner, element, state or {})


def _hidden(owner: Owner, element: Json) -> bool:
    """A view filter of Slack's, no authorization."""
    seen_by = element.get("visible_to_user_ids")
    return bool(seen_by) and owner.seat.user.id not in seen_by


def _button(owner: Owner, element: Json) -> Html:
    if _hidden(owner, element):
        return Html("")
    style = f"button {element.get('style') or ''}".strip()
    marks = {"type": "button", "class": style, **owner.marks(element, "click")}
    marks |= {"data-value": element.get("value"), "data-url": element.get("url")}
    marks["aria-label"] = element.get("accessibility_label")
    return el("button", marks, drawn(text_of(element.get("text"))))


def _icon_button(owner: Owner, element: Json) -> Html:
    if _hidden(owner, element):
        return Html("")
    label = text_of(element.get("text")) or "Delete"
    marks = {"type": "button", "class": "button bare", **owner.marks(element, "click")}
    marks |= {"data-value": element.get("value"), "aria-label": label, "title": label}
    return el("button", marks, icon("cross"))


def _feedback(owner: Owner, element: Json) -> Html:
    sides: list[Child] = []
    for side, drawing in (("positive_button", "up"), ("negative_button", "down")):
        button: Json = element[side]
        label = text_of(button.get("text"))
        marks = {"type": "button", "class": "button bare", **owner.marks(element, "click")}
        marks |= {"data-value": str(button.get("value")), "aria-label": label, "title": label}
        sides.append(el("button", marks, icon(drawing)))
    return span("feedback", *sides)


def _boxes(owner: Owner, element: Json, state: Json) -> Html:
    kind = "radio" if element["type"] == "radio_buttons" else "checkbox"
    chosen = _chosen(state)
    rows: list[Child] = []
    for option in options_of(element):
        value = str(option.get("value"))
        marks: Marks = {"type": kind, "name": str(element.get("action_id")), "value": value}
        marks["checked"] = value in chosen
        about = text_of(option.get("description"))
        words = span("", text_of(option.get("text")), span("quiet", about) if about else None)
        rows.append(el("label", {"class": "box"}, el("input", marks), words))
    group = owner.marks(element, "fill" if owner.in_form else "boxes")
    return el("fieldset", {"class": "boxes", **group}, *rows)


def _field(owner: Owner, element: Json, state: Json) -> Html:
    value = str(_value(state) or element.get("initial_value") or _initial(element) or "")
    marks = owner.marks(element, "fill" if owner.in_form else "choose")
    marks |= {"class": "field", "placeholder": text_of(element.get("placeholder"))}
    marks["aria-label"] = text_of(element.get("placeholder")) or "Value"
    if element.get("multiline"):
        return el("textarea", {**marks, "rows": 4}, value)
    kind = _FIELDS.get(str(element["type"]), "text")
    return el("input", {**marks, "type": kind, "value": value})


def _initial(element: Json) -> Any:
    return element.get("initial_date") or element.get("initial_time")


def _select(owner: Owner, element: Json, state: Json) -> Html:
    label = text_of(element.get("placeholder")) or "Choose"
    many = str(element["type"]).startswith("multi_")
    marks = owner.marks(element, "fill" if owner.in_form else "choose")
    marks |= {"class": "select", "aria-label": label, "multiple": many}
    if element["type"] == "overflow":
        marks["class"], label = "select overflow", "⋯"
    chosen = _chosen(state) or _chosen(element)
    empty = el("option", {"value": "", "selected": not chosen}, label)
    options = join(_option(value, text, chosen) for value, text in _offers(owner.seat, element))
    return el("select", marks, None if many else empty, options)


def _option(value: str, text: str, chosen: set[str]) -> Html:
    return el("option", {"value": value, "selected": value in chosen}, text)


def _offers(seat: Viewer, element: Json) -> Iterable[tuple[str, str]]:
    if element["type"] in _PEOPLE:
        return [(u.id, u.name) for u in seat.sim.team.users.values() if not u.is_bot]
    if element["type"] in _PLACES:
        return [(c.id, f"#{c.name}") for c in seat.sim.team.channels.values() if c.kind != "im"]
    return [(str(o.get("value")), text_of(o.get("text"))) for o in options_of(element)]


def _chosen(state: Json) -> set[str]:
    """What stands in a state, or at the beginning in an element."""
    found: set[str] = set()
    for name, value in state.items():
        if name in ("selected_option", "initial_option") and value:
            found.add(str(value["value"]))
        elif name in ("selected_options", "initial_options"):
            found |= {str(option["value"]) for option in listed(state, name)}
        elif name.startswith(("selected_", "initial_")) and value:
            several = cast("list[object]", value) if isinstance(value, list) else [value]
            found |= {str(each) for each in several}
    return found


def _value(state: Json) -> Any:
    return next((value for name, value in state.items() if name != "type"), None)


def labelled(block: Json, inner: Html, error: str | None) -> Html:
    """An input block of a form."""
    optional = span("quiet", " (optional)") if block.get("optional") else None
    return div(
        "input wrong" if error else "input",
        el("span", {"class": "label"}, text_of(block.get("label")), optional),
        inner,
        el("p", {"class": "quiet"}, text_of(block["hint"])) if block.get("hint") else None,
        el("p", {"class": "complaint", "role": "alert"}, error) if error else None,
    )
