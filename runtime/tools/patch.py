"""Unified patches of one file, as passages."""

from __future__ import annotations

import re

from runtime.tools.passages import Passage

_HUNK = re.compile(r"^@@(?: -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@| .*|)")
_HEAD = re.compile(r"^(?:---|\+\+\+) |^\*\*\* |^diff |^index |^(?:new|deleted|old) (?:file )?mode")


def passages(patch: str) -> list[Passage]:
    """One for each hunk. Raises ValueError where it is no patch, or one of several files."""
    if len(named(patch)) > 1:
        raise ValueError("patch changes several files: call edit_file once for each")
    hunks: list[tuple[int | None, list[str]]] = []
    for line in patch.splitlines():
        if hunk := _HUNK.match(line):
            hunks.append((int(hunk[1]) if hunk[1] else None, []))
        elif hunks and not line.startswith(("\\", "*** ")):  # "\ No newline at end of file"
            hunks[-1][1].append(line)
        elif not hunks and line.strip() and not _HEAD.match(line):
            raise ValueError(f"patch has a line before its first @@: {line[:60]!r}")
    if not hunks:
        raise ValueError("patch has no hunk: each begins with a line @@ -1,3 +1,4 @@")
    return [_passage(number, lines) for number, lines in hunks]


def named(patch: str) -> list[str]:
    """The files that the head of a patch names as its result."""
    found = re.findall(r"^\+\+\+ (?:b/)?([^\t\n]+)|^\*\*\* Update File: (.+)$", patch, re.MULTILINE)
    names = [(unified or other).strip() for unified, other in found]
    return [name for name in dict.fromkeys(names) if name != "/dev/null"]


def _passage(number: int | None, lines: list[str]) -> Passage:
    while lines and not lines[-1]:  # an empty line behind the patch is none of the file's
        lines = lines[:-1]
    old = [line[1:] for line in lines if line[:1] in ("-", " ", "")]
    new = [line[1:] for line in lines if line[:1] in ("+", " ", "")]
    if strange := next((line for line in lines if line[:1] not in ("", "-", "+", " ")), None):
        raise ValueError(
            f"a line of the patch begins with neither space, - nor +: {strange[:60]!r}"
        )
    if not any(old):
        raise ValueError("a hunk of the patch has no line of the file: take some around it")
    return Passage("\n".join(old), "\n".join(new), line=number)
