"""Program text with colours. The classes are those of static/code.css."""

from __future__ import annotations

from functools import lru_cache

from adapters.text import clean
from adapters.web.render.tags import Html, div, el
from adapters.web.render.text import has_hidden, revealed

_OPEN, _WIDTH = 8, 80  # lines of an operation that stand open, and letters of one
_LONG = 4_000  # characters; beyond that colours cost more than they tell


@lru_cache(maxsize=128)
def highlighted(text: str, language: str, most: int = _LONG) -> Html:
    """Escaped in any case; plain where the language is unknown, or the text longer than `most`."""
    # Loaded with the first program that somebody looks at: an idle service does without.
    from adapters.web.render.colours import coloured

    return coloured(clean(text), language, most)


def block(text: str, language: str = "text", style: str = "") -> Html:
    inner = highlighted(text, language)
    return el("pre", {"class": f"code {style}".strip(), "tabindex": 0}, el("code", None, inner))


def exact(text: str, language: str) -> Html:
    """What people approve: nothing of it is hidden, and nothing left out. Of a long one the
    beginning stands open, and how much is folded below it is said."""
    first, rest = _parted(text)
    if not rest:
        return _whole(text, language)
    lines = text.count("\n") + 1
    hidden = rest.count("\n") + 1
    told = f"{hidden:,} of {lines:,} lines" if hidden < lines else f"{len(rest):,} characters"
    more = el("summary", {"class": "missing"}, f"{told} hidden: Show all")
    return div(
        "parted",
        _whole(first, language),
        el("details", {"class": "rest"}, more, _whole(rest, language)),
    )


def _whole(text: str, language: str) -> Html:
    inner = revealed(text) if has_hidden(text) else highlighted(text, language)
    attributes: dict[str, str | int | bool | None] = {"class": "code exact", "tabindex": 0}
    return el("pre", attributes, el("code", None, inner))


def _parted(text: str) -> tuple[str, str]:
    """What stands open of it, and the rest. What is blank is folded when it is written out, and
    takes no room."""
    place = seen = 0
    for line in text.split("\n"):
        seen += -(-len(line) // _WIDTH) if line.strip() else 0
        if seen > _OPEN and place:
            return text[: place - 1], text[place:]
        if seen > _OPEN:
            return text[: _OPEN * _WIDTH], text[_OPEN * _WIDTH :]
        place += len(line) + 1
    return text, ""
