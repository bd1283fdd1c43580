"""Program text with colours. The classes are those of static/code.css."""

from __future__ import annotations

from functools import lru_cache

from adapters.web.draw.tags import Html, el
from adapters.web.draw.words import has_hidden, revealed
from adapters.words import clean

_LONG = 4_000  # characters; beyond that colours cost more than they tell


@lru_cache(maxsize=128)
def highlighted(text: str, language: str, most: int = _LONG) -> Html:
    """Escaped in any case; plain where the language is unknown, or the text longer than `most`."""
    # Loaded with the first program that somebody looks at: an idle service does without.
    from adapters.web.draw.colours import coloured

    return coloured(clean(text), language, most)


def block(text: str, language: str = "text", style: str = "") -> Html:
    inner = highlighted(text, language)
    return el("pre", {"class": f"code {style}".strip(), "tabindex": 0}, el("code", None, inner))


def exact(text: str, language: str) -> Html:
    """What people approve: nothing of it is hidden, and nothing left out."""
    inner = revealed(text) if has_hidden(text) else highlighted(text, language)
    attributes: dict[str, str | int | bool | None] = {"class": "code exact", "tabindex": 0}
    return el("pre", attributes, el("code", None, inner))
