"""Foreign text that is fit to stand in a message: it hides nothing and calls nobody."""

from __future__ import annotations

import re

from adapters.layout.excerpt import head
from adapters.markdown.zones import zones
from adapters.text import clean

# "Formatting text for app surfaces": what Slack reads as a call in its own markup, and by its name.
_CALLS = re.compile(r"<(?=@[A-Z0-9]|#[A-Z0-9]|!(?:here|channel|everyone|group|subteam|date))")
_NAMES = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_JOINER = "\u2060"  # has no width, and parts what would be read together
FALLBACK = 4_000  # characters; chat.update refuses more ("msg_too_long")


def line(text: str, size: int) -> str:
    """On one line, with at most `size` characters; never empty, which Slack would refuse."""
    return head(" ".join(clean(text).split()), size) or "…"


def tamed(markdown: str) -> str:
    """Markdown that mentions nobody. A bare name calls nobody in a message that says `parse`, so
    it is left alone between fences, where it may be a decorator that somebody will copy."""
    text = clean(markdown)
    parts: list[str] = []
    place = 0
    for fence in (zone for zone in zones(text).zones if zone.fence) if _NAMES.search(text) else ():
        parts += [_nameless(text[place : fence.body]), text[fence.body : fence.end]]
        place = fence.end
    return _CALLS.sub(f"<{_JOINER}", "".join((*parts, _nameless(text[place:]))))


def _nameless(text: str) -> str:
    return _NAMES.sub(f"@{_JOINER}", text)


def fallback(text: str) -> str:
    """For notifications and screen readers: as mrkdwn it has nothing but characters."""
    plain = _nameless(clean(text))
    found = _escaped(head(plain, FALLBACK))
    # An escape has up to five characters.
    return found if len(found) <= FALLBACK else _escaped(head(plain, FALLBACK // 5))


def bare(text: str) -> str:
    """All of a text, for a message that is nothing else. It may be five times as long."""
    return _escaped(_nameless(clean(text)))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
