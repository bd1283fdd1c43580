"""read_file: some lines of a text file.

Lines come exactly as they are, without numbers before them: what a model copies into edit_file must
match to the byte, and small models copy the numbers too. The first line says which lines follow.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from runtime.approvals import Subject
from runtime.ports import FileBytes
from runtime.tools.excerpt import KIB
from runtime.tools.media import as_text, media_type
from runtime.tools.paths import PATH_ALSO, WorkspacePath
from runtime.tools.reading import reading
from runtime.tools.tool import Item, Judgement, Params, Result, Workplace

SEEN = 1024 * KIB
"""Bytes of a file that can be read at all; shell reaches the rest."""

SHOWN = 32 * KIB
"""Bytes of text that one call returns."""

DEFAULT_LINES = 1000


class Arguments(Params):
    also: ClassVar[Mapping[str, str]] = PATH_ALSO | {
        "start_line": "offset",
        "line_start": "offset",
        "start": "offset",
        "lines": "limit",
        "max_lines": "limit",
        "line_count": "limit",
    }

    path: Annotated[WorkspacePath, Field(description="relative to /workspace")]
    offset: Annotated[int, Field(ge=1, description="first line, from 1")] = 1
    limit: Annotated[int, Field(ge=1, description="how many lines")] = DEFAULT_LINES


class ReadFile:
    name = "read_file"
    description = (
        "Read lines of a text file in the workspace. Returns one line that says which lines follow "
        "and how long the file is, then exactly those lines. Binary files are described instead."
    )
    params = Arguments
    in_workspace = True
    in_container = False

    def judge(self, params: Arguments) -> Judgement:
        return reading(f"Read {params.path}", Subject(kind="path", value=params.path), "read")

    async def run(self, params: Arguments, place: Workplace) -> AsyncGenerator[Item, None]:
        file = await place.sandbox.read(place.session, params.path, SEEN)
        text = as_text(file.data, whole=file.size <= len(file.data))
        yield Result(_binary(params.path, file)) if text is None else _lines(params, file, text)


def _binary(path: str, file: FileBytes) -> str:
    digest = hashlib.sha256(file.data).hexdigest()
    part = "" if file.size <= len(file.data) else f" of the first {len(file.data):,} bytes"
    return (
        f"[{path}: binary file, {file.size:,} bytes, probably {media_type(path)}, sha256{part} "
        f"{digest}. Use python or shell to look into it.]"
    )


def _lines(params: Arguments, file: FileBytes, text: str) -> Result:
    """The asked lines under a head line, and where to go on if there is more."""
    if not text:
        return Result(f"[{params.path} is empty]")
    lines, first = _split(text), params.offset
    if first > len(lines):
        return Result(f"[{params.path} has only {len(lines):,} lines; offset {first:,} is past it]")
    shown, cut = _fitting(lines[first - 1 : first - 1 + params.limit])
    last = first - 1 + len(shown)
    body = "".join(shown)
    total = f"{len(lines):,}" if file.size <= len(file.data) else f"more than {len(lines):,}"
    head = f"[{params.path}: lines {first:,} to {last:,} of {total}, {file.size:,} bytes in all]"
    notes = _notes(file, cut, last, len(lines))
    end = "" if body.endswith("\n") or not notes else "\n"
    return Result(f"{head}\n{body}{end}{notes}", truncated=bool(notes))


def _split(text: str) -> list[str]:
    """Lines as editors and rg count them: only a line feed ends one."""
    parts = text.split("\n")
    lines = [f"{part}\n" for part in parts[:-1]]
    return [*lines, parts[-1]] if parts[-1] else lines


def _fitting(lines: list[str]) -> tuple[list[str], bool]:
    """As many whole lines as fit SHOWN; a first line that is too long is cut, and said to be."""
    room = SHOWN
    for number, line in enumerate(lines):
        room -= len(line.encode())
        if room < 0:
            if number:
                return lines[:number], False
            return [line.encode()[:SHOWN].decode("utf-8", "ignore")], True
    return lines, False


def _notes(file: FileBytes, cut: bool, last: int, total: int) -> str:
    notes: list[str] = []
    if cut:
        notes.append(f"[line {last:,} is longer than {SHOWN:,} bytes and was cut]")
    if last < total:
        notes.append(f"[there is more: go on with offset={last + 1}]")
    elif file.size > len(file.data):
        notes.append(f"[only the first {len(file.data):,} bytes can be read: use shell for more]")
    return "\n".join(notes)
