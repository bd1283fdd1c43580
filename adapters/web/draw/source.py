"""Program text with colours. The classes are those of static/code.css."""

from __future__ import annotations

from functools import lru_cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name, get_all_lexers
from pygments.lexers.special import TextLexer

from adapters.web.draw.tags import Html, el
from adapters.web.draw.words import clean, has_hidden, revealed

_FORMATTER = HtmlFormatter[str](nowrap=True, classprefix="c-")
_KNOWN = frozenset(alias for lexer in get_all_lexers(plugins=False) for alias in lexer[1])
_LONG = 20_000  # characters; beyond that colours cost more than they tell
_LEXERS = {"shell": "bash"}
"""Where a name of ours is not the name of the language."""


@lru_cache(maxsize=128)
def highlighted(text: str, language: str) -> Html:
    """Escaped in any case; plain where the language is unknown."""
    if len(text) > _LONG:
        return el("span", None, clean(text))
    return Html(highlight(clean(text), _lexer(language), _FORMATTER))


def _lexer(language: str) -> Lexer:
    language = _LEXERS.get(language, language)
    found = find_lexer_class_by_name(language) if language in _KNOWN else TextLexer
    return found(stripnl=False, ensurenl=False)


def block(text: str, language: str = "text", style: str = "") -> Html:
    inner = highlighted(text, language)
    return el("pre", {"class": f"code {style}".strip(), "tabindex": 0}, el("code", None, inner))


def exact(text: str, language: str) -> Html:
    """What people approve: nothing of it is hidden, and nothing left out."""
    inner = revealed(text) if has_hidden(text) else highlighted(text, language)
    attributes: dict[str, str | int | bool | None] = {"class": "code exact", "tabindex": 0}
    return el("pre", attributes, el("code", None, inner))
