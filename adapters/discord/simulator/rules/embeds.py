"""Embeds and their sizes (docs: Message Resource, Embed Limits)."""

from __future__ import annotations

from adapters.discord.simulator.payload import Json
from adapters.discord.simulator.rules.form import Form

MOST, MOST_TEXT = 10, 6_000


def read_embeds(form: Form) -> tuple[Json, ...]:
    """As given, with the kind that Discord adds."""
    forms = form.forms("embeds", MOST)
    size = sum(_size(embed) for embed in forms)
    if size > MOST_TEXT:
        what = f"Embed size exceeds maximum size of {MOST_TEXT}"
        form.fail("embeds", "MAX_EMBED_SIZE_EXCEEDED", what)
    return tuple(embed.data | {"type": "rich"} for embed in forms)


def _size(form: Form) -> int:
    parts = [form.text("title", 256), form.text("description", 4_096)]
    for key, inner, most in (("author", "name", 256), ("footer", "text", 2_048)):
        if below := form.form(key):
            parts.append(below.text(inner, most, 1, required=True))
    for field in form.forms("fields", 25):
        parts.append(field.text("name", 256, 1, required=True))
        parts.append(field.text("value", 1_024, 1, required=True))
    form.number("color", 0, 0xFFFFFF, 0)
    return sum(len(part) for part in parts if part)
