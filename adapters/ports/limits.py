"""How much fits into one message of a platform."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`text` bounds all characters of a card together, and so every part of an answer; `blocks` the
    paragraphs, lists, tables and so on of that part, `table_rows` what each table has below its
    head. `plain` bounds a message that is nothing but text. The others say how a card is shared
    out. At least 600 characters: smaller cards could not say what they are."""

    text: int = 4_000
    steps: int = 20
    tail_lines: int = 6
    rows: int = 6
    operation: int = 1_500
    blocks: int = sys.maxsize
    table_rows: int = sys.maxsize
    plain: int = 1_900

    def __post_init__(self) -> None:
        if self.text < 600:
            raise ValueError(f"a card of {self.text} characters is too small, 600 is the least")
