"""Markdown of models as HTML: parsed, highlighted, and cleaned last of all."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table

from adapters.text import clean
from adapters.web.render.source import highlighted
from adapters.web.render.tags import Html

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


_YOUNG = 1_000  # characters of program text that grows: it is drawn again with every few words
_COLUMNS, _CELLS = 64, 20_000  # of a table; beyond them the words stay as they were written


def _fence(text: str, language: str, _: str) -> str:
    return highlighted(text, language)


def _young_fence(text: str, language: str, _: str) -> str:
    return highlighted(text, language, _YOUNG)


def _table(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """The rule of the parser, which fills each row up to the head's width."""
    columns = state.src[state.bMarks[first] : state.eMarks[first]].count("|")
    if columns > _COLUMNS + 1 or columns * (end - first) > _CELLS:
        return False
    return table(state, first, end, silent)


def _parser(fence: Callable[[str, str, str], str]) -> MarkdownIt:
    """No HTML of the model's, and no pictures: their address would tell a stranger who reads."""
    parser = MarkdownIt("commonmark", {"html": False, "highlight": fence})
    parser.enable(["table", "strikethrough"]).disable("image")
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    return parser


_SETTLED, _GROWING = _parser(_fence), _parser(_young_fence)


@lru_cache(maxsize=128)
def prose(text: str) -> Html:
    """Safe whatever the text is: raw HTML is shown as text, links leave without a trace."""
    return _cleaned(_SETTLED.render(clean(text)))


def growing(text: str) -> Html:
    """The same for text that is drawn once and then is another."""
    return _cleaned(_GROWING.render(clean(text)))


def _cleaned(drawn: str) -> Html:
    # Loaded with the first page that somebody opens: an idle service does without.
    import nh3

    return Html(
        nh3.clean(
            drawn,
            tags=_TAGS,
            attributes={
                "a": {"href", "title"},
                "span": {"class"},
                "code": {"class"},
                "ol": {"start"},
            },
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer nofollow",
            set_tag_attribute_values={"a": {"target": "_blank"}},
        )
    )
