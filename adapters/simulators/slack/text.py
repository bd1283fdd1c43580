"""Words of people, as Slack's own clients send them."""

from __future__ import annotations

import re
from html import escape, unescape

from adapters.simulators.slack.wire import Json
from adapters.simulators.slack.workspace import Workspace

_NAMED = re.compile(r"(?<![\w<@])@([\w.-]*\w)")
_WRITTEN = re.compile(r"<(?:@\w+|#\w+|!\w[^<>]*|https?://[^<>|\s]+)(?:\|[^<>]*)?>|&(?:amp|lt|gt);")
_ADDRESS = re.compile(r"(?<![<|\w])https?://[^\s<>|]+")
_TOKEN = re.compile(r"<(?P<kind>@|#|!subteam\^|!)?(?P<what>[^>|]+)(?:\|(?P<label>[^>]*))?>")


def mentioned(team: Workspace, text: str) -> str:
    """`@handle` or `@Name` of a person, the bot or a group becomes Slack's token for it, a bare
    address a link; `&`, `<` and `>` are escaped, but for tokens and
    escapes that are there already."""
    known = {u.handle.lower(): f"<@{u.id}>" for u in team.users.values()}
    known |= {u.name.lower(): f"<@{u.id}>" for u in team.users.values()}
    known |= {g.handle.lower(): f"<!subteam^{g.id}>" for g in team.groups.values()}
    parts: list[str] = []
    end = 0
    for match in _WRITTEN.finditer(text):
        parts += [_escaped(text[end : match.start()], known), match[0]]
        end = match.end()
    return "".join([*parts, _escaped(text[end:], known)])


def _escaped(text: str, known: dict[str, str]) -> str:
    text = escape(text, quote=False)
    text = _ADDRESS.sub(lambda match: f"<{match[0]}>", text)
    return _NAMED.sub(lambda match: known.get(match[1].lower(), match[0]), text)


def rich_text(text: str, block_id: str) -> tuple[Json, ...]:
    """The block that stands beside the text of a person."""
    if not text:
        return ()
    parts: list[Json] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() > end:
            parts.append({"type": "text", "text": unescape(text[end : match.start()])})
        parts.append(_part(match))
        end = match.end()
    if end < len(text):
        parts.append({"type": "text", "text": unescape(text[end:])})
    section = {"type": "rich_text_section", "elements": parts}
    return ({"type": "rich_text", "block_id": block_id, "elements": [section]},)


def _part(match: re.Match[str]) -> Json:
    match match["kind"]:
        case "@":
            return {"type": "user", "user_id": match["what"]}
        case "#":
            return {"type": "channel", "channel_id": match["what"]}
        case "!subteam^":
            return {"type": "usergroup", "usergroup_id": match["what"]}
        case "!":
            return {"type": "broadcast", "range": match["what"]}
        case _:
            label = {"text": match["label"]} if match["label"] else {}
            return {"type": "link", "url": unescape(match["what"]), **label}
