"""The pieces of Block Kit that cards are made of. Foreign text stands only in plain_text and in the
text of rich_text, which Slack never reads as markup, or goes through `tamed`.

Blocks get no block_id: Slack makes a new one for every version of a message, so no client keeps
what an older version said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from adapters.text import clean

Json = dict[str, JsonValue]
Style = Literal["bold", "italic", "code"]

_USER = re.compile(r"[UW][A-Z0-9]{2,20}", re.ASCII)


def plain(text: str) -> Json:
    """The caller keeps to the limit of the place, and brings at least one character."""
    return {"type": "plain_text", "text": text, "emoji": False}


def text(words: str, *styles: Style) -> Json:
    part: Json = {"type": "text", "text": words}
    if styles:
        part["style"] = dict.fromkeys(styles, True)
    return part


def calls(user: str) -> Json:
    """Mentions a person; only ids of the service's own rules come here."""
    return {"type": "user", "user_id": user}


def is_user(name: str) -> bool:
    return _USER.fullmatch(name) is not None


def date(at: datetime) -> Json:
    """In the reader's own zone; the fallback is for clients that cannot."""
    return {
        "type": "date",
        "timestamp": int(at.timestamp()),
        "format": "{date_short_pretty} at {time}",
        "fallback": f"{at:%Y-%m-%d %H:%M} UTC",
    }


def ago(at: datetime, fallback: str) -> Json:
    """How long ago that is, which goes on without an edit ("Date element")."""
    return {
        "type": "date",
        "timestamp": int(at.timestamp()),
        "format": "{ago}",
        "fallback": fallback,
    }


def section(*parts: Json) -> Json:
    return {"type": "rich_text_section", "elements": [p for p in parts if p.get("text") != ""]}


def quote(*parts: Json) -> Json:
    return {"type": "rich_text_quote", "elements": [*parts]}


def verbatim(words: str) -> Json:
    """Letters of one width, as they are."""
    return {"type": "rich_text_preformatted", "elements": [text(words)]}


def bullets(rows: Iterable[Json]) -> Json:
    return {"type": "rich_text_list", "style": "bullet", "elements": [*rows]}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [*elements]}


def context(words: str) -> Json:
    """Small and grey, for what need not be read; the caller keeps to 2,000 characters."""
    return {"type": "context", "elements": [plain(words)]}


def markdown(words: str) -> Json:
    """The caller has tamed it."""
    return {"type": "markdown", "text": words}


def lines(rows: Iterable[str]) -> str:
    return "\n".join(row for row in map(clean, rows) if row.strip())
