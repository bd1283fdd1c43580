"""What Slack makes of Markdown when it keeps it: rich text, headers, tables, dividers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from adapters.simulators.slack.wire import Json

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}
HEADER = 150


def expanded(blocks: Iterable[Json]) -> list[Json]:
    """As `conversations.replies` shows them: no markdown block is left."""
    shown: list[Json] = []
    for block in blocks:
        if block.get("type") != "markdown":
            shown.append(block)
            continue
        name = str(block.get("block_id", "md"))
        parts = markdown_blocks(str(block["text"]))
        shown += [{**part, "block_id": f"{name}-{n}"} for n, part in enumerate(parts)]
    return shown


@lru_cache(maxsize=256)
def markdown_blocks(text: str) -> tuple[Json, ...]:
    blocks: list[Json] = []
    for node in SyntaxTreeNode(_MARKDOWN.parse(text)).children:
        for block in _blocks(node):
            if block["type"] == "rich_text" and blocks and blocks[-1]["type"] == "rich_text":
                joined = [*blocks[-1]["elements"], *block["elements"]]
                blocks[-1] = {**blocks[-1], "elements": joined}
            else:
                blocks.append(block)
    return tuple(blocks)


def _blocks(node: SyntaxTreeNode) -> list[Json]:
    match node.type:
        case "heading" if len(words := _plain(node)) <= HEADER and words:
            level = int(node.tag[1])
            text = {"type": "plain_text", "text": words, "emoji": True}
            return [{"type": "header", "text": text, "level": min(level, 4)}]
        case "hr":
            return [{"type": "divider"}]
        case "table":
            return [_table(node)]
        case _:
            return [{"type": "rich_text", "elements": _rich(node, 0)}]


def _rich(node: SyntaxTreeNode, indent: int) -> list[Json]:
    match node.type:
        case "fence" | "code_block":
            text = {"type": "text", "text": node.content.removesuffix("\n")}
            code: Json = {"type": "rich_text_preformatted", "elements": [text], "border": 0}
            return [{**code, "language": node.info} if node.info else code]
        case "blockquote":
            return [{"type": "rich_text_quote", "elements": _inline_of(node)}]
        case "bullet_list" | "ordered_list":
            return _list(node, indent)
        case _:
            return [{"type": "rich_text_section", "elements": _inline_of(node)}]


def _list(node: SyntaxTreeNode, indent: int) -> list[Json]:
    style = "bullet" if node.type == "bullet_list" else "ordered"
    found: list[Json] = []
    for item in node.children:
        for child in item.children:
            if child.type in ("bullet_list", "ordered_list"):
                found += _list(child, indent + 1)
                continue
            section = {"type": "rich_text_section", "elements": _inline_of(child)}
            last = found[-1] if found else {}
            if last.get("indent") == indent and last.get("style") == style:
                last["elements"].append(section)
            else:
                one: Json = {"type": "rich_text_list", "style": style, "indent": indent}
                found.append({**one, "elements": [section]})
    return found


def _table(node: SyntaxTreeNode) -> Json:
    rows = [row for part in node.children for row in part.children]
    cells = [[{"type": "raw_text", "text": _plain(c) or " "} for c in row.children] for row in rows]
    return {"type": "table", "rows": cells}


def _plain(node: SyntaxTreeNode) -> str:
    return "".join(str(part.get("text", "")) for part in _inline_of(node))


def _inline_of(node: SyntaxTreeNode) -> list[Json]:
    if node.type in ("fence", "code_block"):
        return [{"type": "text", "text": node.content}]
    if node.type == "inline":
        return _inline(node.children, {})
    parts: list[Json] = []
    for child in node.children:
        if parts:
            parts.append({"type": "text", "text": "\n"})
        parts += _inline_of(child)
    return parts


def _inline(nodes: Sequence[SyntaxTreeNode], style: dict[str, bool]) -> list[Json]:
    parts: list[Json] = []
    for node in nodes:
        match node.type:
            case "strong" | "em" | "s":
                parts += _inline(node.children, {**style, _STYLES[node.type]: True})
            case "link":
                words = "".join(str(p.get("text", "")) for p in _inline(node.children, {}))
                link: Json = {"type": "link", "url": str(node.attrs["href"]), "text": words}
                parts.append(link | ({"style": style} if style else {}))
            case "code_inline":
                parts.append(_words(node.content, {**style, "code": True}))
            case "softbreak" | "hardbreak":
                parts.append(_words("\n", style))
            case "image":
                parts.append(_words(node.content or "image", style))
            case _:
                parts.append(_words(node.content, style))
    return parts


def _words(text: str, style: dict[str, bool]) -> Json:
    part: Json = {"type": "text", "text": text}
    return {**part, "style": style} if style else part
