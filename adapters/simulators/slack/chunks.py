"""Chunks of a native stream, and what they make of its message."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from adapters.simulators.slack.readback import expanded
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.rules.payload import (
    IN_MESSAGE,
    MARKDOWN_SUM,
    becoming,
    checked,
    texts,
)
from adapters.simulators.slack.stream import Stream
from adapters.simulators.slack.wire import Json

STATUSES = ("pending", "in_progress", "complete", "error")
FIELD = 256
"""Characters of a task's title, details and output in one chunk. Measured, not documented."""
TASKS = 50
WEIGHT = 10_600
"""Bytes of UTF-8 that a stream may hold in all once it has text; details and output count twice.
Measured by third parties in 2026: the refusals begin between here and 12,000."""


def taken(stream: Stream, chunks: tuple[Json, ...]) -> Stream:
    """The stream with these chunks. Raises Refusal; then none of them is taken."""
    texts = [c for c in chunks if c.get("type") == "markdown_text"]
    if sum(len(_text(chunk, "text")) for chunk in texts) > MARKDOWN_SUM:
        raise Refusal("msg_too_long")
    for chunk in chunks:
        stream = _taken(stream, chunk)
    return light(stream)


def light(stream: Stream) -> Stream:
    """The stream, unless it has grown too heavy or into too many blocks."""
    if text_of(stream) and sum(map(_weight, stream.parts)) > WEIGHT:
        raise Refusal("msg_too_long")
    blocks = [part for part in stream.parts if "task_id" not in part]
    if len(expanded(blocks)) > IN_MESSAGE:
        raise Refusal("msg_blocks_too_many")
    if found := [text for part in blocks for text in becoming(part, "")]:
        raise Refusal("invalid_blocks", *found)
    return stream


def _weight(part: Json) -> int:
    if part.get("type") == "markdown":
        return len(str(part["text"]).encode())
    told = "".join(texts([part.get("details"), part.get("output")]))
    return len(str(part.get("title", "")).encode()) + 2 * len(told.encode())


def _taken(stream: Stream, chunk: Json) -> Stream:
    match chunk.get("type"):
        case "markdown_text":
            return written(stream, _text(chunk, "text"))
        case "plan_update":
            return replace(stream, plan_title=_short(chunk, "title"))
        case "task_update":
            return _with_task(stream, chunk)
        case "blocks":
            return _with_blocks(stream, chunk.get("blocks"))
        case kind:
            raise Refusal("invalid_chunks", f"[ERROR] unknown chunk type: {kind}")


def written(stream: Stream, text: str) -> Stream:
    """Text goes on where text stood last."""
    *before, last = stream.parts or ({},)
    if last.get("type") == "markdown":
        return replace(stream, parts=(*before, {**last, "text": last["text"] + text}))
    return replace(stream, parts=(*stream.parts, {"type": "markdown", "text": text}))


def _with_blocks(stream: Stream, blocks: Any) -> Stream:
    if not isinstance(blocks, list):
        raise Refusal("invalid_chunks", "[ERROR] blocks must be a list")
    given = cast("list[Json]", blocks)
    have = sum(part.get("type") not in ("markdown", "task_card") for part in stream.parts)
    if have + len(given) > IN_MESSAGE:
        raise Refusal("msg_blocks_too_many")
    return replace(stream, parts=(*stream.parts, *checked(given)))


def _with_task(stream: Stream, chunk: Json) -> Stream:
    name, status = _text(chunk, "id"), chunk.get("status")
    if not name or status not in STATUSES:
        raise Refusal("invalid_chunks", f"[ERROR] task_update {name!r} has status {status!r}")
    place = next((n for n, part in enumerate(stream.parts) if part.get("task_id") == name), None)
    card: Json = dict(stream.parts[place]) if place is not None else _new_card(name)
    card |= {"title": _short(chunk, "title"), "status": status}
    for field in ("details", "output"):
        if added := _short(chunk, field):
            card[field] = _longer(card.get(field), added)
    if chunk.get("sources"):
        card["sources"] = chunk["sources"]
    if place is None:
        if sum("task_id" in part for part in stream.parts) >= TASKS:
            raise Refusal("msg_blocks_too_many")
        return replace(stream, parts=(*stream.parts, card))
    parts = (*stream.parts[:place], card, *stream.parts[place + 1 :])
    return replace(stream, parts=parts)


def _new_card(name: str) -> Json:
    return {"type": "task_card", "task_id": name, "block_id": f"task-{name}"}


def _longer(kept: Json | None, added: str) -> Json:
    """Details and output are sent as what is new."""
    text = {"type": "text", "text": "".join(texts(kept)) + added}
    section = {"type": "rich_text_section", "elements": [text]}
    return {"type": "rich_text", "elements": [section]}


def _text(chunk: Json, name: str) -> str:
    value = chunk.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refusal("invalid_chunks", f"[ERROR] {name} must be a string")
    return value


def _short(chunk: Json, name: str) -> str:
    text = _text(chunk, name)
    if len(text) > FIELD:
        raise Refusal("invalid_chunks", f"[ERROR] {name} must be less than {FIELD + 1} characters")
    return text


def blocks_of(stream: Stream) -> tuple[Json, ...]:
    """What the message shows. With display "plan" all tasks stand in one block, where the first
    of them came."""
    if stream.display == "timeline":
        return stream.parts
    tasks = [part for part in stream.parts if part.get("type") == "task_card"]
    shown: list[Json] = []
    plan: Json = {"type": "plan", "title": stream.plan_title or "Plan", "tasks": tasks}
    for part in stream.parts:
        if part.get("type") != "task_card":
            shown.append(part)
        elif plan not in shown:
            shown.append(plan)
    return tuple(shown)


def text_of(stream: Stream) -> str:
    return "".join(str(p["text"]) for p in stream.parts if p.get("type") == "markdown")


def closed_tasks(stream: Stream) -> Stream:
    """Tasks that still ran when the stream stopped are kept as failed."""
    parts = tuple(
        {**part, "status": "error"} if part.get("status") == "in_progress" else part
        for part in stream.parts
    )
    return replace(stream, parts=parts)
