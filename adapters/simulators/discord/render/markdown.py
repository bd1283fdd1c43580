"""Discord's Markdown as HTML: mentions, times, small print; cleaned last of all."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping, Sequence
from datetime import UTC, datetime
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from adapters.simulators.discord.render.viewer import Viewer
from adapters.text import clean
from adapters.web.render.emoji import drawn
from adapters.web.render.source import highlighted
from adapters.web.render.tags import Html, el, span

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "li", "ol", "p", "pre", "s", "small",
    "span", "strong", "time", "u", "ul",
}  # fmt: skip
_SPECIAL = re.compile(r"<(@!?|@&|#|t:)(\d{1,20})(?::([tTdDfFR]))?>|@(everyone|here)\b")
_SMALL = re.compile(r"-# ([^\n]*)")
_FORMATS = {
    "t": "%H:%M",
    "T": "%H:%M:%S",
    "d": "%d/%m/%Y",
    "D": "%d %B %Y",
    "F": "%A, %d %B %Y %H:%M",
}

Environment = MutableMapping[str, Any]


def _special(state: StateInline, silent: bool) -> bool:
    """A mention or a time."""
    found = _SPECIAL.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = _named(state.env["seat"], found)
    state.pos = found.end()
    return True


def _named(seat: Viewer, found: re.Match[str]) -> Html:
    sigil, number = found[1], int(found[2] or 0)
    if found[4]:
        return span("mention", found[0])
    if sigil == "t:":
        return _time(seat, number, found[3] or "f")
    if sigil == "#":
        channel = seat.world.channels.get(number)
        return span("mention", f"#{clean(channel.name)}" if channel else "#unknown")
    if sigil == "@&":
        guild = seat.channel.guild
        role = guild.roles.get(number) if guild else None
        return span("mention", f"@{clean(role.name)}" if role else "@unknown-role")
    user = seat.world.users.get(number)
    mine = " yours" if user is seat.user else ""
    return span(f"mention{mine}", f"@{clean(seat.name(user))}" if user else "@unknown-user")


def _time(seat: Viewer, seconds: int, style: str) -> Html:
    at = datetime.fromtimestamp(min(seconds, 1 << 36), UTC)
    local = seat.local(at)
    said = _ago(seat, at) if style == "R" else f"{local:{_FORMATS.get(style, '%d %B %Y %H:%M')}}"
    return el("time", {"class": "moment", "title": f"{local:%A, %d %B %Y %H:%M}"}, said)


def _ago(seat: Viewer, at: datetime) -> str:
    seconds = (at - seat.world.now()).total_seconds()
    far = abs(seconds)
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if far >= size or size == 1:
            number = round(far / size)
            said = f"{number} {unit}{'' if number == 1 else 's'}"
            return f"in {said}" if seconds > 0 else f"{said} ago"
    return "now"


def _small(state: StateInline, silent: bool) -> bool:
    """A line of small print, which begins with -#."""
    found = _SMALL.match(state.src, state.pos)
    if found is None or (state.pos and state.src[state.pos - 1] != "\n"):
        return False
    if not silent:
        end = state.posMax
        state.push("html_inline", "", 0).content = "<small>"
        state.pos, state.posMax = state.pos + 3, found.end()
        state.md.inline.tokenize(state)
        state.push("html_inline", "", 0).content = "</small>"
        state.posMax = end
    state.pos = found.end()
    return True


def _strong(tag: str) -> Callable[..., str]:
    """Two underscores underline; two asterisks are bold."""

    def draw(
        renderer: RendererProtocol,
        tokens: Sequence[Token],
        place: int,
        options: OptionsDict,
        env: Environment,
    ) -> str:
        name = "u" if tokens[place].markup == "__" else "strong"
        return tag.format(name)

    return draw


def _fence(text: str, language: str, _: str) -> str:
    return highlighted(text, language)


def _parser() -> MarkdownIt:
    settings: dict[str, Any] = {"html": False, "breaks": True, "linkify": False}
    parser = MarkdownIt("commonmark", {**settings, "highlight": _fence}).enable("strikethrough")
    parser.disable(["image", "hr", "lheading", "reference", "html_block", "html_inline", "entity"])
    parser.inline.ruler.before("autolink", "special", _special)
    parser.inline.ruler.push("small", _small)
    parser.add_render_rule("strong_open", _strong("<{}>"))
    parser.add_render_rule("strong_close", _strong("</{}>"))
    return parser


_MARKDOWN = _parser()
_BARE = re.compile(r"(?<![\w(<\[\"=])(https?://[^\s<>)\]]+)")
_ITEM = r" *(?:[-*]|\d+\.) "
_LAST = re.compile(rf"^({_ITEM}.*)\n(?=\S)(?!{_ITEM})", re.MULTILINE)


def markdown(seat: Viewer, text: str) -> Html:
    """Safe whatever the text is. No pictures: their address would tell a stranger who reads."""
    given = clean(text)
    if "`" not in given:
        given = _BARE.sub(r"<\1>", given)
    if "```" not in given:
        given = _LAST.sub(r"\1\n\n", given)  # in Discord a list ends with its last line
    html = _MARKDOWN.render(given, {"seat": seat})
    cleaned = Html(
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={
                "a": {"href", "title"},
                "span": {"class"},
                "code": {"class"},
                "time": {"class", "title"},
                "ol": {"start"},
            },
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer nofollow",
            set_tag_attribute_values={"a": {"target": "_blank"}},
        )
    )
    return drawn(cleaned)
