"""Blocks of one message, one modal or one Home tab: counts, sums, and each block by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from adapters.simulators.slack.readback import expanded, markdown_blocks
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.rules.block import CHILDREN, children, complaints
from adapters.simulators.slack.wire import Json

IN_MESSAGE, IN_VIEW = 50, 100
MARKDOWN_SUM = 12_000
TEXT_SUM = 13_200
"""All text of a message's blocks together. Measured by third parties in 2026, not documented."""
TABLE_SUM = 10_000
"""All cells of a message's tables together, from "Table block"."""
VIEW_BYTES = 250_000


def checked(blocks: Iterable[Json], most: int = IN_MESSAGE) -> tuple[Json, ...]:
    """The blocks with an id each. What becomes of Markdown counts. Raises Refusal as Slack
    answers."""
    given = tuple(blocks)
    found = [text for place, block in enumerate(given) for text in becoming(block, f"/{place}")]
    ids = [str(block["block_id"]) for block in given if block.get("block_id")]
    found += [f"[ERROR] block_id {i!r} is not unique" for i in sorted({*ids}) if ids.count(i) > 1]
    if found:
        raise Refusal("invalid_blocks", *found)
    _bounded(expanded(given), most)
    markdown = sum(len(str(b.get("text", ""))) for b in given if b.get("type") == "markdown")
    if markdown > MARKDOWN_SUM or size(given) > TEXT_SUM:
        raise Refusal("msg_blocks_too_long")
    return tuple(_named(block, f"b{number}") for number, block in enumerate(given))


def _bounded(shown: Sequence[Json], most: int) -> None:
    """Raises Refusal if these are too many, or their tables too large."""
    if len(shown) > most:
        raise Refusal("invalid_blocks", f"[ERROR] no more than {most} items allowed")
    if size(block for block in shown if block.get("type") == "table") > TABLE_SUM:
        text = f"[ERROR] tables: must have at most {TABLE_SUM} characters"
        raise Refusal("invalid_blocks", text)


def becoming(block: Json, place: str) -> Iterator[str]:
    """Complaints about the block, and about the tables that its Markdown becomes."""
    yield from complaints(block, place)
    if block.get("type") == "markdown" and isinstance(block.get("text"), str):
        tables = (part for part in markdown_blocks(block["text"]) if part["type"] == "table")
        yield from (text for table in tables for text in complaints(table, place))


def _named(block: Json, name: str) -> Json:
    """Every block has an id, also inside of others."""
    block = {**block, "block_id": block.get("block_id") or name}
    inside = CHILDREN.get(str(block["type"]), "")
    if kept := children(block):
        block[inside] = [_named(child, f"{name}.{n}") for n, child in enumerate(kept)]
    return block


def size(blocks: Iterable[Json]) -> int:
    """All characters that people read."""
    return sum(len(text) for block in blocks for text in texts(block))


def texts(node: Any) -> Iterator[str]:
    """Whatever stands under "text", however deep."""
    match node:
        case {"text": str(text), **rest}:
            yield text
            yield from texts(rest)
        case dict():
            for value in cast("Json", node).values():
                yield from texts(value)
        case list() | tuple():
            for item in cast("list[Any]", node):
                yield from texts(item)
        case _:
            pass
