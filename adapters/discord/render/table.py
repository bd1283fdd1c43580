"""A Markdown table as lines of equal columns, for a font in which all letters are as wide."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wcwidth import wcswidth

_CELL = re.compile(r"(?<!\\)\|")


def aligned(source: str) -> str:
    """The rows of `source` (a head, a line of dashes, the rest), their columns below each other."""
    rows = [_cells(line) for line in source.strip().splitlines()]
    head, body = rows[0], rows[2:]
    shown = [head, *body]
    columns = max(len(row) for row in shown)
    widths = [max(_width(row[n]) for row in shown if n < len(row)) for n in range(columns)]
    lines = [_line(row, widths) for row in shown]
    rule = "─" * max(1, sum(widths) + 2 * (columns - 1))
    return "\n".join((lines[0], rule, *lines[1:]))


def _cells(line: str) -> list[str]:
    inside = line.strip().removeprefix("|")
    cells = [cell.strip().replace("\\|", "|") for cell in _CELL.split(inside)]
    return cells[:-1] if len(cells) > 1 and not cells[-1] else cells


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False))
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    return max(wcswidth(text), 0)
