"""Which workspace files a call changed: status before against status after."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from sandbox.tree import walk

SHOWN = 50
SKIPPED = frozenset({".git", "node_modules", ".venv"})
"""Folders that tools fill by the thousand; nobody reads their names on a card."""

LIMIT = 20_000
"""Entries looked at (about 0.2 s). A larger workspace gets no list of changes rather than a wrong
one."""

Snapshot = Mapping[str, tuple[int, int, int, int]]
"""Path -> type and mode, size, time of change of the content in ns, inode."""


def snapshot(root: Path) -> Snapshot | None:
    """The state of all files below `root`; None if there are more than LIMIT or it is closed to us
    (its owner is the agent, who may do that)."""
    try:
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    seen: dict[str, tuple[int, int, int, int]] = {}
    try:
        for count, leaf in enumerate(walk(folder, SKIPPED)):
            if count >= LIMIT:
                return None
            if not leaf.is_folder:
                s = leaf.status
                seen[leaf.path] = (s.st_mode, s.st_size, s.st_mtime_ns, s.st_ino)
    finally:
        os.close(folder)
    return seen


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
