"""The table of messages, audience.yaml, and the places that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from adapters.intake.audience import Place, Situation

_MANY = Situation(people=("Bob", "Chloé Martin", "鲍勃"))
_OPEN = replace(_MANY, running=True, asked=True, options=("lunch", "port 9000"))
PLACES: dict[str, tuple[Place, Situation]] = {
    "channel": ("channel", _MANY),
    "running": ("thread", replace(_MANY, running=True)),
    "at rest": ("thread", _MANY),
    "alone": ("thread", Situation()),
    "invited": ("thread", replace(_MANY, invited=True)),
    "asked": ("thread", _OPEN),
    "direct at rest": ("direct", Situation()),
    "direct, running": ("direct", Situation(running=True)),
    "direct, asked": ("direct", Situation(running=True, asked=True)),
}


@dataclass(frozen=True, slots=True)
class Row:
    """`says` is the model's word where the rules do not decide; `only` the one platform on which
    people can write it, "" for all."""

    place: str
    verdict: str
    text: str
    files: bool = False
    pictures: bool = False
    only: str = ""
    says: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def _rows() -> Iterator[Row]:
    file = Path(__file__).parent.parent / "adapters" / "audience.yaml"
    table: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text("utf-8"))
    for place, verdicts in table.items():
        for text, says in verdicts.pop("unsure", {}).items():
            yield Row(place, "unsure", text, says=says)
        for verdict, entries in verdicts.items():
            for entry in entries:
                fields: dict[str, Any] = {"text": entry} if isinstance(entry, str) else entry
                yield Row(place, verdict, **fields)


TABLE: tuple[Row, ...] = tuple(_rows())
