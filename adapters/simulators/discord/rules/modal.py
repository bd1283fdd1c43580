"""Modals: a title and up to five things to fill in."""

from __future__ import annotations

from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.rules.census import Census
from adapters.simulators.discord.rules.components import component, numbered, text
from adapters.simulators.discord.rules.controls import text_input
from adapters.simulators.discord.rules.form import Form
from adapters.simulators.discord.rules.kinds import IN_LABEL, MODAL_TOP, Part


def read_modal(form: Form) -> Json:
    """What the person is shown. Raises Refusal 50035."""
    census = Census()
    title = form.text("title", 45, 1, required=True)
    custom_id = form.text("custom_id", 100, 1, required=True)
    found = [said for item in form.forms("components", 5, 1) if (said := _item(item, census))]
    form.done()
    numbered([*found], census.numbers)
    return {"title": title, "custom_id": custom_id, "components": [*found]}


def _item(form: Form, census: Census) -> Json | None:
    kind = form.choice("type", MODAL_TOP)
    if kind is None:
        return None
    said: Json = {"type": kind, "id": census.enter(form)}
    if kind == Part.TEXT:
        return said | text(form, census)
    return said | (_row(form, census) if kind == Part.ROW else _label(form, census))


def _row(form: Form, census: Census) -> Json:
    """The older form: a text input with a label of its own."""
    found: list[Json] = []
    for item in form.forms("components", 1, 1):
        if item.choice("type", (Part.TEXT_INPUT,)):
            said: Json = {"type": int(Part.TEXT_INPUT), "id": census.enter(item)}
            label = item.text("label", 45, 1, required=True)
            found.append(said | text_input(item, census) | {"label": label})
    return {"components": [*found]}


def _label(form: Form, census: Census) -> Json:
    said: Json = {
        "label": form.text("label", 45, 1, required=True),
        "description": form.text("description", 100),
    }
    inner = form.form("component")
    if inner is None:
        form.missing("component")
        return said
    if inner.flag("disabled"):
        inner.fail("disabled", "COMPONENT_DISABLED_IN_MODAL", "Nothing in a modal can be disabled")
    return {**said, "component": component(inner, IN_LABEL, census)}
