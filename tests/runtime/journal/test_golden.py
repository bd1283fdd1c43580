"""Bodies as earlier versions wrote them: they load for ever, and nothing of them is lost.

Lines are only added. A new kind of fact, or a new shape of an old one, gets a line of its own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast, get_args

import pytest

from runtime.events import Recorded
from runtime.facts import FACT, Internal

GOLDEN = Path(__file__).parents[2] / "golden"
LINES = [line for file in sorted(GOLDEN.glob("*.jsonl")) for line in file.read_text().splitlines()]


def lost(old: Any, new: Any) -> bool:
    """Whether a value of `old` is missing from `new` or differs."""
    if isinstance(old, dict):
        if not isinstance(new, dict):
            return True
        ours, theirs = cast(dict[str, Any], old), cast(dict[str, Any], new)
        return any(name not in theirs or lost(value, theirs[name]) for name, value in ours.items())
    if isinstance(old, list):
        if not isinstance(new, list):
            return True
        before, after = cast(list[Any], old), cast(list[Any], new)
        return len(before) != len(after) or any(map(lost, before, after))
    return bool(old != new)


IDS = [f"{number}-{json.loads(line)['type']}" for number, line in enumerate(LINES, start=1)]


@pytest.mark.parametrize("line", LINES, ids=IDS)
def test_a_golden_line_loads(line: str) -> None:
    fact = FACT.validate_json(line)
    assert not lost(json.loads(line), json.loads(FACT.dump_json(fact)))


@pytest.mark.parametrize("kind", [*get_args(Recorded), *get_args(Internal)])
def test_every_fact_has_a_golden_line(kind: type[Any]) -> None:
    assert kind.model_fields["type"].default in {json.loads(line)["type"] for line in LINES}


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1}, {"b": 2}, True),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 0}]}, False),
        ({"a": [{"b": 1}]}, {"a": []}, True),
        ({"a": [{"b": 1}]}, {"a": None}, True),
    ],
)
def test_a_loss_is_seen(old: Any, new: Any, answer: bool) -> None:
    assert lost(old, new) is answer
