"""edit_file: replace an exact passage of a text file."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from typing import Annotated

from pydantic import Field, model_validator

from runtime.approvals import Risk, Subject
from runtime.errors import ToolError
from runtime.tools.diff import unified
from runtime.tools.excerpt import KIB, one_line
from runtime.tools.media import as_text
from runtime.tools.paths import WorkspacePath
from runtime.tools.tool import Failure, Item, Judgement, Params, Result, Workplace

LARGEST = 1024 * KIB
"""Bytes of a file that can be edited."""

LONGEST = 100_000
_SHOWN = 5  # places or lines that an error names
_WORD = re.compile(r"\w+")


class Arguments(Params):
    path: Annotated[WorkspacePath, Field(description="relative to /workspace")]
    old: Annotated[
        str, Field(min_length=1, max_length=LONGEST, description="the exact text to replace")
    ]
    new: Annotated[str, Field(max_length=LONGEST, description="what stands there afterwards")]
    count: Annotated[
        int, Field(ge=1, description="how often `old` must occur; all are replaced")
    ] = 1

    @model_validator(mode="after")
    def _changes(self) -> Arguments:
        if self.old == self.new:
            raise ValueError("old and new are the same")
        return self


class EditFile:
    name = "edit_file"
    description = (
        "Replace an exact passage of a text file in the workspace. `old` must occur exactly "
        "`count` times (1 if you leave it out), with the same spaces and line breaks: read the "
        "file first and take enough lines to be unique."
    )
    params = Arguments
    in_workspace = True
    in_container = False

    def judge(self, params: Arguments) -> Judgement:
        times = "" if params.count == 1 else f" ({params.count} times)"
        return Judgement(
            summary=f"Edit {params.path}{times}"[:120],
            operation=unified(params.path, params.old, params.new) + times,
            risk=Risk.LOW,
            why="changes only the workspace",
            subject=Subject(kind="path", value=params.path),
            effects=True,
            repeatable=False,  # where `new` contains `old`, a second edit would match again
            whole=params.new,
            opens="read",
        )

    async def run(self, params: Arguments, place: Workplace) -> AsyncGenerator[Item, None]:
        text = await _text(params.path, place)
        old, new = _endings(text, params)
        found = text.count(old)
        if found != params.count:
            yield Failure("failed", _mismatch(params, text, old, found))
            return
        data = text.replace(old, new).encode()
        await place.sandbox.write(place.session, params.path, data)
        places = "1 place" if found == 1 else f"{found} places"
        yield Result(f"Changed {places} in {params.path}.", changed=(f"~{params.path}",))


async def _text(path: str, place: Workplace) -> str:
    """The whole file; raises ToolError rather than lose what lies beyond a limit."""
    file = await place.sandbox.read(place.session, path, LARGEST)
    if file.size > len(file.data):
        raise ToolError(
            f"{path} has {file.size:,} bytes, more than the {LARGEST:,} that edit_file takes: use "
            "python or sed"
        )
    text = as_text(file.data, whole=True)
    if text is None:
        raise ToolError(f"{path} is no UTF-8 text: use python to change it")
    return text


def _endings(text: str, params: Arguments) -> tuple[str, str]:
    """In a file with Windows line ends a model that writes plain ones means those."""
    if "\r\n" in text and "\r" not in params.old + params.new:
        return params.old.replace("\n", "\r\n"), params.new.replace("\n", "\r\n")
    return params.old, params.new


def _mismatch(params: Arguments, text: str, old: str, found: int) -> str:
    asked = f"{found} occurrences of `old` in {params.path}, expected {params.count}. "
    if found == 0:
        return f"{asked}Nothing was changed. {_near(text, params.old)}"
    lines = ", ".join(str(line) for line in _lines_of(text, old))
    more = " and more" if found > _SHOWN else ""
    return (
        f"{asked}Nothing was changed. They begin in lines {lines}{more}. Take more lines around "
        f"the place into `old`, or give count={found} to replace all."
    )


def _lines_of(text: str, old: str) -> list[int]:
    """Line numbers where the first matches begin."""
    lines: list[int] = []
    at = text.find(old)
    while at >= 0 and len(lines) < _SHOWN:
        lines.append(text.count("\n", 0, at) + 1)
        at = text.find(old, at + len(old))
    return lines


def _near(text: str, old: str) -> str:
    """The lines that look most like the first line of what was searched."""
    wanted = next((line.strip() for line in old.splitlines() if line.strip()), "")
    lines = text.split("\n")
    near = [n for n, line in enumerate(lines, start=1) if wanted and wanted in line][:_SHOWN]
    near = near or _sharing_words(lines, wanted)
    if not near:
        return "No line looks like it: read the file again."
    shown = "\n".join(f"line {n}: {one_line(lines[n - 1], 200)}" for n in near)
    return f"Compare spaces and line breaks with these lines:\n{shown}"


def _sharing_words(lines: list[str], wanted: str) -> list[int]:
    """Line numbers by how many words they share with `wanted`, half of them at least. Plain sets:
    difflib takes seconds over a long file."""
    words = set(_WORD.findall(wanted))
    shared = [(len(words.intersection(_WORD.findall(line))), n) for n, line in enumerate(lines, 1)]
    alike = [(-count, n) for count, n in shared if count and count >= len(words) / 2]
    return sorted(n for _, n in sorted(alike)[:_SHOWN])
