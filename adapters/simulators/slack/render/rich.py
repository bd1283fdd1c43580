"""Rich text as HTML."""

from __future__ import annotations

from datetime import UTC, datetime

from adapters.simulators.slack.render.emoji import emoji
from adapters.simulators.slack.render.mrkdwn import link, mention, special
from adapters.simulators.slack.render.viewer import Viewer
from adapters.simulators.slack.wire import Json
from adapters.web.render.emoji import drawn
from adapters.web.render.source import highlighted
from adapters.web.render.tags import Child, Html, div, el, join, span

_STYLES = {"bold": "strong", "italic": "em", "strike": "del", "code": "code"}


def rich_text(seat: Viewer, block: Json) -> Html:
    return div("rich", *(_element(seat, element) for element in block.get("elements", [])))


def _element(seat: Viewer, element: Json) -> Html:
    parts: list[Json] = element.get("elements", [])
    match element.get("type"):
        case "rich_text_preformatted":
            text = "".join(str(part.get("text", part.get("url", ""))) for part in parts)
            code = highlighted(text, str(element.get("language", "")))
            return el("pre", None, el("code", None, code))
        case "rich_text_quote":
            return el("blockquote", None, inline(seat, parts))
        case "rich_text_list":
            name = "ol" if element.get("style") == "ordered" else "ul"
            items = (el("li", None, inline(seat, item.get("elements", []))) for item in parts)
            return el(name, {"class": f"in-{min(int(element.get('indent', 0)), 8)}"}, *items)
        case _:
            return el("p", None, inline(seat, parts))


def inline(seat: Viewer, parts: list[Json]) -> Html:
    return join(_styled(part, _part(seat, part)) for part in parts)


def _part(seat: Viewer, part: Json) -> Child:
    match part.get("type"):
        case "text":
            return _lines(str(part.get("text", "")))
        case "link":
            return link(str(part.get("url", "")), part.get("text"))
        case "user":
            return mention(seat, str(part.get("user_id", "")))
        case "usergroup":
            return span("mention", f"@{seat.group(str(part.get('usergroup_id', '')))}")
        case "channel":
            return span("mention", f"#{seat.channel_name(str(part.get('channel_id', '')))}")
        case "broadcast":
            return special(seat, str(part.get("range", "here")), None)
        case "emoji":
            return drawn(emoji(str(part.get("name", ""))))
        case "date":
            return _date(part)
        case _:
            return str(part.get("text", ""))


def _date(part: Json) -> Html:
    """In the reader's own zone, as Slack says it; the fallback is what stands there without."""
    at = datetime.fromtimestamp(min(int(part.get("timestamp", 0)), 1 << 36), UTC)
    kind = "ago" if part.get("format") == "{ago}" else "day"
    marks = {"class": kind, "datetime": at.isoformat()}
    return el("time", dict(marks), str(part.get("fallback", "")))


def _lines(text: str) -> Html:
    parts: list[Child] = []
    for number, line in enumerate(text.split("\n")):
        parts += ([Html("<br>")] if number else []) + [drawn(line)]
    return join(parts)


def _styled(part: Json, child: Child) -> Html:
    style: Json = part.get("style") or {}
    html = join([child])
    for name, tag in _STYLES.items():
        if style.get(name):
            html = el(tag, None, html)
    return html
