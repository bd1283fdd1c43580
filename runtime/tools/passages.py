"""Passages of a text that are replaced: found exactly first, else whatever ends their lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from runtime.errors import ToolError
from runtime.tools.excerpt import spelled

_SHOWN = 5  # places or lines that an error names
_WIDEST = 200  # characters of a line that is shown
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Passage:
    """What is replaced by what. It must occur `count` times; 0: once at least. `line` tells which
    of several is meant, where one is meant."""

    old: str
    new: str
    count: int = 1
    line: int | None = None


def replaced(text: str, passage: Passage, name: str) -> tuple[str, int]:
    """The text with all occurrences replaced, and their number. Raises ToolError, with what the
    model needs to mend its call, where there are others than it says."""
    spans = _spans(text, passage.old)
    if passage.line is not None and len(spans) > 1:
        spans = [min(spans, key=lambda span: abs(_line(text, span[0]) - (passage.line or 0)))]
    if not spans or (passage.count and len(spans) != passage.count):
        raise ToolError(_mismatch(text, passage, spans, name))
    parts, at = list[str](), 0
    for start, end in spans:
        parts += [text[at:start], _new(text, text[start:end], passage.new)]
        at = end
    return "".join((*parts, text[at:])), len(spans)


def _spans(text: str, old: str) -> list[tuple[int, int]]:
    """Where it stands, to the byte; nowhere so, with any line ends."""
    exact = [(m.start(), m.end()) for m in re.finditer(re.escape(old), text)]
    if exact or "\n" not in old + text:
        return exact
    lines = re.split(r"\r?\n", old)
    pattern = r"\r?\n".join(map(re.escape, lines))
    return [(m.start(), m.end()) for m in re.finditer(pattern, text)]


def _new(text: str, found: str, new: str) -> str:
    """In a passage with Windows line ends a model that writes plain ones means those."""
    lines = found if "\n" in found else text
    windows = "\r\n" in lines and lines.count("\n") == lines.count("\r\n")
    if windows and "\r" not in new:
        return new.replace("\n", "\r\n")
    return new if "\r" in lines else new.replace("\r\n", "\n")


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _mismatch(text: str, passage: Passage, spans: list[tuple[int, int]], name: str) -> str:
    expected = passage.count or "at least 1"
    asked = f"{len(spans)} occurrences of `old` in {name}, expected {expected}. "
    if not spans:
        return f"{asked}Nothing was changed. {_near(text, passage.old)}"
    lines = ", ".join(str(_line(text, start)) for start, _ in islice(spans, _SHOWN))
    more = " and more" if len(spans) > _SHOWN else ""
    return (
        f"{asked}Nothing was changed. They begin in lines {lines}{more}. Take more lines around "
        f"the place into `old`, or give count={len(spans)} to replace all."
    )


def _near(text: str, old: str) -> str:
    """The lines that look most like the first line of what was searched, with all that cannot be
    seen in them written out."""
    wanted = next((line for line in old.splitlines() if line.strip()), "")
    lines = text.split("\n")
    bare = "".join(wanted.split())
    near = [n for n, line in enumerate(lines, 1) if bare and "".join(line.split()) == bare]
    only = "They differ in nothing but white space. " if near and wanted not in lines else ""
    near = near or [n for n, line in enumerate(lines, 1) if bare and wanted.strip() in line]
    near = near[:_SHOWN] or _sharing_words(lines, wanted)
    if not near:
        return "No line looks like it: read the file again."
    shown = "\n".join(f"line {n}: {_seen(lines[n - 1])}" for n in near)
    return f"{only}Compare spaces and line breaks of {_seen(wanted)} with these lines:\n{shown}"


def _seen(line: str) -> str:
    """A line; between quotation marks, tabs and the like spelled, where white space matters."""
    shown = spelled(line[:_WIDEST]) + ("…" if len(line) > _WIDEST else "")
    return shown if shown == line.strip() else f'"{shown}"'


def _sharing_words(lines: list[str], wanted: str) -> list[int]:
    """Line numbers by how many words they share with `wanted`, half of them at least. Plain sets:
    difflib takes seconds over a long file."""
    words = set(_WORD.findall(wanted))
    shared = [(len(words.intersection(_WORD.findall(line))), n) for n, line in enumerate(lines, 1)]
    alike = [(-count, n) for count, n in shared if count and count >= len(words) / 2]
    return sorted(n for _, n in sorted(alike)[:_SHOWN])
