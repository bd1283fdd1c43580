"""Which workspace files a call changed: status before against status after."""

from __future__ import annotations

from collections.abc import Mapping

SHOWN = 50
SKIPPED = frozenset({".git", "node_modules", ".venv"})
"""Folders that tools fill by the thousand; nobody reads their names on a card."""

Snapshot = Mapping[str, tuple[int, int, int, int]]
"""Path -> type and mode, size, time of change of the content in ns, inode."""


def between(before: Snapshot | None, after: Snapshot | None) -> tuple[str, ...]:
    """'+new', '-gone', '~changed', by path, at most SHOWN; nothing if either side is unknown."""
    if before is None or after is None:
        return ()
    marks = {path: "~" for path in before.keys() & after.keys() if before[path] != after[path]}
    marks |= dict.fromkeys(after.keys() - before.keys(), "+")
    marks |= dict.fromkeys(before.keys() - after.keys(), "-")
    return tuple(mark + path for path, mark in sorted(marks.items())[:SHOWN])


def since(after: Snapshot | None, wall_ms: int) -> tuple[str, ...]:
    """'~path' of the files written at or after a time: all that is known where no `before` was
    kept."""
    written = sorted(
        path for path, (_, _, ns, _) in (after or {}).items() if ns >= wall_ms * 1_000_000
    )
    return tuple("~" + path for path in written[:SHOWN])
