"""Pygments: which language it is, and which class each word has."""

from __future__ import annotations

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name, get_all_lexers
from pygments.lexers.special import TextLexer

from adapters.web.draw.tags import Html

_FORMATTER = HtmlFormatter[str](nowrap=True, classprefix="c-")
_KNOWN = frozenset(alias for lexer in get_all_lexers(plugins=False) for alias in lexer[1])
_LEXERS = {"shell": "bash"}
"""Where a name of ours is not the name of the language."""


def coloured(text: str, language: str) -> Html:
    """Escaped in any case; plain where the language is unknown."""
    return Html(highlight(text, _lexer(language), _FORMATTER))


def _lexer(language: str) -> Lexer:
    language = _LEXERS.get(language, language)
    found = find_lexer_class_by_name(language) if language in _KNOWN else TextLexer
    return found(stripnl=False, ensurenl=False)
