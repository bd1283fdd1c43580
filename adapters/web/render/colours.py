"""Pygments: which language it is, and which class each word has."""

from __future__ import annotations

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import find_lexer_class_by_name, get_all_lexers

from adapters.web.render.tags import Html, join

MOST = {
    "bash": 4_000, "css": 4_000, "diff": 2_000, "docker": 4_000, "go": 4_000, "html": 4_000,
    "ini": 4_000, "javascript": 4_000, "json": 4_000, "php": 4_000, "python": 4_000, "ruby": 4_000,
    "rust": 4_000, "sql": 4_000, "toml": 4_000, "xml": 4_000, "yaml": 4_000, "kotlin": 2_000,
    "typescript": 2_000, "c": 1_000, "cpp": 1_000, "java": 1_000, "markdown": 1_000,
}  # fmt: skip
"""Characters that each of these lexers may be given: on odd text the time that one takes grows with
the square of it, and many others do not end at all. It is spent while everybody waits."""

_FORMATTER = HtmlFormatter[str](nowrap=True, classprefix="c-")
_NAMES = {
    alias: name
    for _, aliases, _, _ in get_all_lexers(plugins=False)
    for name in MOST.keys() & set(aliases)
    for alias in aliases
}
"""What people call a language, and what we call it."""


def coloured(text: str, language: str, most: int) -> Html:
    """Escaped in any case; plain where the language is unknown, or the text longer than `most`."""
    name = _NAMES.get(language)
    if name is None or len(text) > min(most, MOST[name]):
        return join((text,))
    lexer = find_lexer_class_by_name(name)(stripnl=False, ensurenl=False)
    return Html(highlight(text, lexer, _FORMATTER))
