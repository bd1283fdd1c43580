"""Slack's own markup as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlsplit

from adapters.simulators.slack.render.emoji import with_emoji
from adapters.simulators.slack.render.viewer import Viewer
from adapters.web.render.emoji import drawn
from adapters.web.render.tags import Child, Html, el, join, span

_CODE = re.compile(r"```\n?(?P<block>.+?)\n?```|`(?P<inline>[^`\n]+)`", re.DOTALL)
_TOKEN = re.compile(r"<(?P<kind>@|#|!subteam\^|!)?(?P<what>[^>|\s]+)(?:\|(?P<label>[^>]*))?>")
_STYLE = re.compile(r"(?<!\w)(?P<mark>[*_~])(?P<inner>\S(?:[^\n]*?\S)?)(?P=mark)(?!\w)")
_TAGS = {"*": "strong", "_": "em", "~": "del"}


def mrkdwn(seat: Viewer, text: str) -> Html:
    """Code first: nothing inside of it is markup."""
    return _split(text, _CODE, _code, lambda rest: _quoted(seat, rest))


def _split(
    text: str,
    pattern: re.Pattern[str],
    found: Callable[[re.Match[str]], Child],
    between: Callable[[str], Child],
) -> Html:
    parts: list[Child] = []
    end = 0
    for match in pattern.finditer(text):
        parts += [between(text[end : match.start()]), found(match)]
        end = match.end()
    return join([*parts, between(text[end:])])


def _code(match: re.Match[str]) -> Html:
    if match["inline"] is not None:
        return el("code", None, unescape(match["inline"]))
    return el("pre", None, el("code", None, unescape(match["block"])))


def _quoted(seat: Viewer, text: str) -> Html:
    parts: list[Child] = []
    for number, line in enumerate(text.split("\n")):
        if line.startswith(("&gt;", ">")):
            words = line.removeprefix("&gt;").removeprefix(">").strip()
            parts.append(el("blockquote", None, _tokens(seat, words)))
            continue
        if number and not (parts and str(parts[-1]).startswith("<blockquote")):
            parts.append(Html("<br>"))
        parts.append(_tokens(seat, line))
    return join(parts)


def _tokens(seat: Viewer, text: str) -> Html:
    return _split(text, _TOKEN, lambda match: _token(seat, match), _styled)


def _styled(text: str) -> Html:
    return _split(
        text,
        _STYLE,
        lambda match: el(_TAGS[match["mark"]], None, _styled(match["inner"])),
        lambda rest: drawn(with_emoji(unescape(rest))),
    )


def _token(seat: Viewer, match: re.Match[str]) -> Html:
    what, label = match["what"], match["label"]
    match match["kind"]:
        case "@":
            return mention(seat, what)
        case "#":
            return span("mention", f"#{label or seat.channel_name(what)}")
        case "!subteam^":
            return span("mention", f"@{seat.group(what)}")
        case "!":
            return special(seat, what, label)
        case _:
            return link(what, unescape(label) if label else None)


def special(seat: Viewer, what: str, label: str | None) -> Html:
    """`<!date^...>` says its fallback; `<!here>` and the like call people."""
    if what.startswith("date^"):
        return span("", unescape(label or ""))
    return span("mention me", f"@{what}")


def mention(seat: Viewer, user: str) -> Html:
    return span("mention me" if user == seat.user.id else "mention", f"@{seat.name(user)}")


def link(address: str, label: str | None) -> Html:
    """Only addresses of the web lead away from here."""
    address = unescape(address)
    if urlsplit(address).scheme not in ("http", "https", "mailto"):
        return span("", label or address)
    marks = {"href": address, "target": "_blank", "rel": "noopener noreferrer nofollow"}
    return el("a", dict(marks), label or address)
