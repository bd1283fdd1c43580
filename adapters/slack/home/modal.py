"""Things to read, for one person alone: as a modal, or as a note that only they see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from adapters.ports.inbound import InfoReply, Refused
from adapters.slack.render.block_kit import Json, plain, rich, section, text, verbatim
from adapters.slack.render.text import fallback, line
from adapters.text import OPEN, clean, revealed

_TITLE = 24  # characters of a modal's title
_BLOCK = 2_500  # characters of one block of text
_BLOCKS = 40  # of the 100 a modal may have, and the 50 of a message
_CODE = re.compile(r"`([^`\n]+)`")
_ITEM = re.compile(r"^( *)- ", re.MULTILINE)
_STRONG = re.compile(r"\*\*(.+?)\*\*")


def modal(info: InfoReply) -> dict[str, Any]:
    """A view that `views.open` takes."""
    title = line(info.title, 3_000)
    fits = len(title) <= _TITLE
    headed = [] if fits else [rich(section(text(title, "bold")))]
    return {
        "type": "modal",
        "title": plain(title if fits else "Details"),
        "close": plain("Close"),
        "blocks": [*headed, *_all(info)],
    }


def note(receipt: Refused | InfoReply) -> tuple[str, list[dict[str, Any]]]:
    """Text and blocks of an ephemeral message."""
    if isinstance(receipt, Refused):
        return fallback(receipt.text) or "…", paragraphs(receipt.text)
    head = rich(section(text(line(receipt.title, 150), "bold")))
    return fallback(f"{receipt.title}\n{receipt.body}"), [head, *_all(receipt)]


def _all(info: InfoReply) -> list[dict[str, Any]]:
    exact = revealed(info.exact)
    pieces = [exact[start : start + _BLOCK] for start in range(0, len(exact), _BLOCK)]
    link = [rich(section({"type": "link", "url": info.link, "text": OPEN}))] if info.link else []
    return _bounded([*link, *paragraphs(info.body), *(rich(verbatim(piece)) for piece in pieces)])


def paragraphs(body: str) -> list[dict[str, Any]]:
    """Of the Markdown of an info reply only lists, code and strong words are drawn; the rest is
    text as it is, so that nothing in it can call anybody. Never empty."""
    lines = _ITEM.sub(r"\1• ", clean(body).strip()).split("\n")
    return _bounded(list(_packed(lines)))


def _bounded(blocks: Sequence[Json]) -> list[dict[str, Any]]:
    if len(blocks) > _BLOCKS:
        blocks = [*blocks[:_BLOCKS], rich(section(text("There is more than fits here.", "italic")))]
    return [dict(block) for block in blocks]


def _packed(lines: Sequence[str]) -> Iterator[Json]:
    part: list[str] = []
    size = 0
    for row in (piece for long in lines for piece in _cut(long)):
        if part and size + len(row) > _BLOCK:
            yield rich(section(*_styled("\n".join(part))))
            part, size = [], 0
        part.append(row)
        size += len(row) + 1
    yield rich(section(*(_styled("\n".join(part)) or [text("…")])))


def _cut(row: str) -> Iterator[str]:
    for start in range(0, max(len(row), 1), _BLOCK):
        yield row[start : start + _BLOCK]


def _styled(words: str) -> list[Json]:
    parts: list[Json] = []
    for place, piece in enumerate(_CODE.split(words)):
        if place % 2:
            parts.append(text(piece, "code"))
        else:
            strong = enumerate(_STRONG.split(piece))
            parts += [text(w, "bold") if n % 2 else text(w) for n, w in strong if w]
    return parts
