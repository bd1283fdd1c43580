"""What a message in Slack holds beside its text: what it shares and forwards, and the attachments
and blocks in which apps write ("Secondary message attachments", "Block Kit")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from runtime.events import Part

Json = Mapping[str, Any]
PARTS_OF = {"attachments", "blocks", "text", "bot_id", "subtype"}
"""The fields that they are read off."""

_MOST = 4_000  # characters of one part
_PARTS = 20  # of a message
_DEPTH = 8  # of blocks in blocks
_WORDS = ("text", "title", "subtitle", "body", "value", "label", "alt_text", "caption", "fallback")
_NESTED = ("fields", "elements", "rows", "child_blocks", "blocks", "tasks", "cards", "options")
_IDS = {"user": ("@", "user_id"), "channel": ("#", "channel_id"), "emoji": (":", "name")}


def parts(message: Json) -> tuple[Part, ...]:
    """In the order of the message. What a person typed stands in its text; blocks are read only
    where an app wrote them. A preview of a link is what its page says."""
    found = [_attached(each) for each in _listed(message.get("attachments"))]
    by_app = bool(message.get("bot_id")) or message.get("subtype") == "bot_message"
    if by_app and not str(message.get("text") or "").strip():
        found.insert(0, Part(kind="card", text=written(message.get("blocks"))))
    return tuple(part for part in found[:_PARTS] if part.text)


def written(block: object, depth: int = 0) -> str:
    """All the words in a block, or a list of blocks, a line for each."""
    if depth > _DEPTH:
        return ""
    if isinstance(block, str):
        return block.strip()
    if isinstance(block, list | tuple):
        lines = [written(each, depth + 1) for each in cast("list[object]", block)]
        return "\n".join(dict.fromkeys(line for line in lines if line))
    return _of_object(cast("Json", block), depth) if isinstance(block, dict) else ""


def _of_object(block: Json, depth: int) -> str:
    kind = str(block.get("type") or "")
    if kind in _IDS:
        sign, key = _IDS[kind]
        return f"{sign}{block.get(key) or ''}" + (":" if sign == ":" else "")
    if kind == "link":
        return " ".join(filter(None, (str(block.get("text") or ""), str(block.get("url") or ""))))
    if kind in ("rich_text_section", "rich_text_preformatted", "rich_text_quote"):
        inside = _listed(block.get("elements"))
        return "".join(str(e.get("text") or "") or _of_object(e, depth + 1) for e in inside)
    lines = [written(block.get(key), depth + 1) for key in _WORDS if key not in ("fallback",)]
    lines += [written(block.get(key), depth + 1) for key in _NESTED]
    return "\n".join(dict.fromkeys(line for line in lines if line))[:_MOST]


def _attached(attachment: Json) -> Part:
    shared = bool(attachment.get("is_share") or attachment.get("is_msg_unfurl"))
    author = str(attachment.get("author_name") or attachment.get("service_name") or "")
    text = "\n".join(_lines(attachment)) or str(attachment.get("fallback") or "")
    return Part(kind="share" if shared else "card", author=author[:200], text=text[:_MOST])


def _lines(attachment: Json) -> Iterator[str]:
    for key in ("pretext", "title", "text"):
        if words := str(attachment.get(key) or "").strip():
            yield words
    for field in _listed(attachment.get("fields")):
        yield f"{field.get('title') or ''}: {field.get('value') or ''}".strip(": ")
    for key in ("blocks", "message_blocks"):
        if words := written(_inside(attachment.get(key))):
            yield words
    link = attachment.get("title_link") or attachment.get("from_url")
    yield from (str(words) for words in (attachment.get("footer"), link) if words)


def _inside(blocks: object) -> object:
    """Blocks of a shared message come one level down."""
    return [each.get("message") or each for each in _listed(blocks)]


def _listed(value: object) -> list[Json]:
    found = list(cast("list[object]", value)) if isinstance(value, list | tuple) else []
    return [cast("Json", each) for each in found if isinstance(each, dict)]
