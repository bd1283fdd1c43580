"""A small unified diff of two texts, for people who approve an edit."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from pydantic import JsonValue

_COMPARED = 1000
"""Lines that are matched with each other; more would take too long, and are shown one after the
other."""


def unified(path: str, old: str, new: str) -> str:
    """Header and hunks. Their line numbers count within the edited passage, not within the file."""
    before, after = old.splitlines(), new.splitlines()
    if len(before) + len(after) <= _COMPARED:
        hunks: Iterable[str] = difflib.unified_diff(before, after, path, path, lineterm="")
    else:
        hunks = [f"--- {path}", f"+++ {path}", *_marked("-", before), *_marked("+", after)]
    return "\n".join(hunks) or f"--- {path}\n+++ {path}\n(only the end of the line changes)"


def of_edit(arguments: Mapping[str, JsonValue]) -> str:
    """The diff of a call that replaces `old` by `new`, once or in several `edits`, or brings one
    along; empty for every other call."""
    path, patch, edits = (arguments.get(name) for name in ("path", "patch", "edits"))
    if isinstance(patch, str) and patch:
        return patch
    each = [edit for edit in edits if isinstance(edit, dict)] if isinstance(edits, list) else []
    changes = [(edit.get("old"), edit.get("new")) for edit in each or [arguments]]
    return "\n".join(
        unified(str(path or ""), old, new)
        for old, new in changes
        if isinstance(old, str) and isinstance(new, str)
    )


def _marked(mark: str, lines: list[str]) -> Iterable[str]:
    return (mark + line for line in lines)
