"""What people press, pick and fill in."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import JsonValue

from adapters.simulators.discord.emoji import parse_emoji
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.refusals import Refusal
from adapters.simulators.discord.rules.census import Census
from adapters.simulators.discord.rules.form import Form
from adapters.simulators.discord.rules.kinds import Part

LINK, PREMIUM = 5, 6


def button(form: Form, census: Census) -> Json:
    style = form.choice("style", range(1, 7))
    label = form.text("label", 80)
    said: Json = {"style": style, "disabled": form.flag("disabled")}
    if label is not None:
        said["label"] = label
    said |= _emoji(form)
    if style == LINK:
        said["url"] = _url(form)
    elif style == PREMIUM:
        said["sku_id"] = str(form.snowflake("sku_id"))
    else:
        said["custom_id"] = census.custom_id(form)
        if form.has("url"):
            form.fail("url", "BUTTON_COMPONENT_INVALID_URL", "Only link buttons have a url")
    if label is None and not form.has("emoji") and style != PREMIUM:
        form.fail(None, "BUTTON_COMPONENT_LABEL_OR_EMOJI", "A button needs a label or an emoji")
    return said


def _emoji(form: Form) -> Json:
    """A character, or one that a guild drew by its id."""
    given = form.form("emoji")
    if given is None:
        return {}
    name = given.text("name", 64)
    if not given.has("id"):
        try:
            parse_emoji(name or "")
        except Refusal:
            given.fail("name", "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")
    given.snowflake("id")
    return {"emoji": given.data}


def _url(form: Form) -> str:
    url = form.text("url", 512, 1, required=True) or ""
    if url and not url.startswith(("https://", "http://", "discord://")):
        what = 'Scheme must be one of ("http", "https", "discord").'
        form.fail("url", "URL_TYPE_INVALID_SCHEME", what)
    if form.has("custom_id"):
        what = "A custom id and url cannot both be specified"
        form.fail("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", what)
    return url


def select(form: Form, census: Census) -> Json:
    said = _picker(form, census) | _kept(form, "channel_types", "default_values")
    if form.data.get("type") == Part.SELECT:
        said["options"] = options(form, 1, 25)
    return said


def _picker(form: Form, census: Census) -> Json:
    least = form.number("min_values", 0, 25, 1)
    most = form.number("max_values", 1, 25, 1)
    if least > most:
        what = "min_values must be at most max_values"
        form.fail("min_values", "SELECT_COMPONENT_MIN_OVER_MAX", what)
    return {
        "custom_id": census.custom_id(form),
        "placeholder": form.text("placeholder", 150),
        "min_values": least,
        "max_values": most,
        "disabled": form.flag("disabled"),
    } | _kept(form, "required")


def options(form: Form, least: int, most: int) -> list[JsonValue]:
    """The options of a select or a group; their values differ."""
    found: list[JsonValue] = []
    values: set[str] = set()
    for option in form.forms("options", most, least):
        value = option.text("value", 100, 1, required=True) or ""
        if value in values:
            what = "The specified option value is already used"
            option.fail("value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", what)
        values.add(value)
        said: Json = {"label": option.text("label", 100, 1, required=True), "value": value}
        if (description := option.text("description", 100)) is not None:
            said["description"] = description
        found.append(said | {"default": option.flag("default")} | _emoji(option))
    return found


def text_input(form: Form, census: Census) -> Json:
    least = form.number("min_length", 0, 4_000, 0)
    most = form.number("max_length", 1, 4_000, 4_000)
    if least > most:
        what = "min_length must be at most max_length"
        form.fail("min_length", "TEXT_INPUT_MIN_OVER_MAX", what)
    return {
        "custom_id": census.custom_id(form),
        "style": form.choice("style", (1, 2)),
        "min_length": least,
        "max_length": most,
        "placeholder": form.text("placeholder", 100),
        "value": form.text("value", 4_000),
        "required": form.flag("required", True),
    }


def file_upload(form: Form, census: Census) -> Json:
    return {
        "custom_id": census.custom_id(form),
        "min_values": form.number("min_values", 0, 10, 1),
        "max_values": form.number("max_values", 1, 10, 1),
        "required": form.flag("required", True),
    }


def radio_group(form: Form, census: Census) -> Json:
    return {
        "custom_id": census.custom_id(form),
        "options": options(form, 2, 10),
        "required": form.flag("required", True),
    }


def checkbox_group(form: Form, census: Census) -> Json:
    return {
        "custom_id": census.custom_id(form),
        "options": options(form, 1, 10),
        "min_values": form.number("min_values", 0, 10, 1),
        "max_values": form.number("max_values", 1, 10, 10),
        "required": form.flag("required", True),
    }


def checkbox(form: Form, census: Census) -> Json:
    return {"custom_id": census.custom_id(form), "default": form.flag("default")}


def _kept(form: Form, *keys: str) -> Json:
    return {key: form.data[key] for key in keys if form.has(key)}


Reader = Callable[[Form, Census], Json]

CONTROLS: dict[Part, Reader] = {
    Part.BUTTON: button,
    Part.SELECT: select,
    Part.USER_SELECT: select,
    Part.ROLE_SELECT: select,
    Part.MENTIONABLE_SELECT: select,
    Part.CHANNEL_SELECT: select,
    Part.TEXT_INPUT: text_input,
    Part.FILE_UPLOAD: file_upload,
    Part.RADIO_GROUP: radio_group,
    Part.CHECKBOX_GROUP: checkbox_group,
    Part.CHECKBOX: checkbox,
}
