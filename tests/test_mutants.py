"""The seeded faults of tests/mutants fit the code that they break; `make mutants` plays them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
ROWS: list[dict[str, str]] = yaml.safe_load((ROOT / "tests/mutants/mutants.yaml").read_text())


def test_every_fault_has_its_place() -> None:
    lost = [row["name"] for row in ROWS if (ROOT / row["file"]).read_text().count(row["old"]) != 1]
    assert lost == []
    assert all((ROOT / name).exists() for row in ROWS for name in row["tests"].split())


def test_every_room_has_some() -> None:
    rooms = Counter(row["file"].split("/")[0] for row in ROWS)
    assert min(rooms[room] for room in ("bot", "runtime", "adapters", "sandbox", "config")) >= 3
    assert len(ROWS) >= 40
    assert len({row["name"] for row in ROWS}) == len(ROWS)
