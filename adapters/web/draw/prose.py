"""Markdown of models as HTML: parsed, highlighted, and cleaned last of all."""

from __future__ import annotations

from functools import lru_cache

from markdown_it import MarkdownIt

from adapters.web.draw.source import highlighted
from adapters.web.draw.tags import Html
from adapters.words import clean

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


def _fence(text: str, language: str, _: str) -> str:
    return highlighted(text, language)


# No HTML of the model's, and no pictures: their address would tell a stranger who reads.
_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False, "highlight": _fence})
    .enable(["table", "strikethrough"])
    .disable("image")
)


@lru_cache(maxsize=128)
def prose(text: str) -> Html:
    """Safe whatever the text is: raw HTML is shown as text, links leave without a trace."""
    return growing(text)


def growing(text: str) -> Html:
    """The same for text that is drawn once and then is another."""
    # Loaded with the first page that somebody opens: an idle service does without.
    import nh3

    drawn = _MARKDOWN.render(clean(text))
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
