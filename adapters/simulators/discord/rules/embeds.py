"""Embeds and their sizes (docs: Message Resource, Embed Limits)."""

from __future__ import annotations

from datetime import datetime

from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.rules.form import Form

MOST, MOST_TEXT = 10, 6_000
_WEB = ("https://", "http://")
_PICTURES = (("image", "url"), ("thumbnail", "url"), ("author", "icon_url"), ("footer", "icon_url"))


def read_embeds(form: Form) -> tuple[Json, ...]:
    """As given, with the kind that Discord adds."""
    forms = form.forms("embeds", MOST)
    size = sum(_size(embed) for embed in forms)
    if size > MOST_TEXT:
        what = f"Embed size exceeds maximum size of {MOST_TEXT}"
        form.fail("embeds", "MAX_EMBED_SIZE_EXCEEDED", what)
    return tuple(embed.data | {"type": "rich"} for embed in forms)


def _addresses(form: Form) -> None:
    """Pictures may be files of the message; other addresses are links."""
    _address(form, "url", _WEB)
    for key, inner in _PICTURES:
        if below := form.form(key):
            _address(below, inner, (*_WEB, "attachment://"))
    if author := form.form("author"):
        _address(author, "url", _WEB)


def _address(form: Form, key: str, schemes: tuple[str, ...]) -> None:
    url = form.text(key, 2_048)
    if url and not url.startswith(schemes):
        what = f"Scheme must be one of {[scheme.removesuffix('://') for scheme in schemes]}."
        form.fail(key, "URL_TYPE_INVALID_SCHEME", what)


def _moment(form: Form) -> None:
    try:
        datetime.fromisoformat(form.text("timestamp", 64) or "2000-01-01")
    except ValueError:
        form.fail("timestamp", "DATE_TIME_TYPE_PARSE", "Could not parse. Should be ISO8601.")


def _size(form: Form) -> int:
    parts = [form.text("title", 256), form.text("description", 4_096)]
    for key, inner, most in (("author", "name", 256), ("footer", "text", 2_048)):
        if below := form.form(key):
            parts.append(below.text(inner, most, 1, required=True))
    for field in form.forms("fields", 25):
        parts.append(field.text("name", 256, 1, required=True))
        parts.append(field.text("value", 1_024, 1, required=True))
    form.number("color", 0, 0xFFFFFF, 0)
    _addresses(form)
    _moment(form)
    return sum(len(part) for part in parts if part)
