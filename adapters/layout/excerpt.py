"""Cutting text to size without breaking what people see as one character."""

from __future__ import annotations

from wcwidth import grapheme_boundary_before

_MORE = "…"


def head(text: str, size: int) -> str:
    """The beginning, with an ellipsis if something is missing; at most `size` characters."""
    if len(text) <= size:
        return text
    return text[: _boundary(text, size - 1)] + _MORE


def tail(text: str, lines: int, size: int) -> tuple[str, ...]:
    """The last lines that are not blank, together at most `size` characters; of the first of them
    perhaps only its end."""
    # Only the end is looked at: output may be long, and this runs for every frame.
    last = [line.rstrip() for line in text[-2 * size :].splitlines() if line.strip()][-lines:]
    kept: list[str] = []
    for line in reversed(last):
        if len(line) > size:
            if size > 1:
                kept.append(_MORE + line[_boundary(line, len(line) - size + 2) :][: size - 1])
            break
        kept.append(line)
        size -= len(line)
    return tuple(reversed(kept))


def one_line(text: str, size: int) -> str:
    return head(" ".join(text[: 4 * size].split()), size)


def _boundary(text: str, place: int) -> int:
    """The last place up to `place` that is not inside a grapheme."""
    near = text[max(0, place - 64) : place + 64]
    inside = min(64, place)
    found = grapheme_boundary_before(near, inside + 1)
    return max(0, place - inside + min(found, inside))
