"""write_file: a whole text file."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from runtime.approvals import Risk, Subject
from runtime.errors import ToolError, UnsafePath
from runtime.tools.excerpt import KIB, excerpt
from runtime.tools.paths import PATH_ALSO, WorkspacePath
from runtime.tools.tool import Item, Judgement, Params, Result, Workplace

LONGEST = 1_000_000
"""Characters of one call; what a model writes is far below."""


class Arguments(Params):
    also: ClassVar[Mapping[str, str]] = PATH_ALSO | {
        "contents": "content",
        "text": "content",
        "file_text": "content",
        "data": "content",
        "body": "content",
        "code": "content",
    }

    path: Annotated[WorkspacePath, Field(description="relative to /workspace")]
    content: Annotated[str, Field(max_length=LONGEST, description="the whole text of the file")]


class WriteFile:
    name = "write_file"
    description = (
        "Create a text file in the workspace or replace it as a whole; folders are made. To change "
        "a part of an existing file use edit_file."
    )
    params = Arguments
    in_workspace = True
    in_container = False

    def judge(self, params: Arguments) -> Judgement:
        size = len(params.content.encode())
        shown = excerpt(params.content, head=3 * KIB, tail=KIB)
        return Judgement(
            summary=f"Write {params.path}"[:120],
            operation=f"Write {params.path} ({size:,} bytes):\n{shown}",
            risk=Risk.LOW,
            why="changes only the workspace",
            subject=Subject(kind="path", value=params.path),
            effects=True,
            repeatable=True,  # the same content twice is the same file
            whole=params.content,
            opens="write",
        )

    async def run(self, params: Arguments, place: Workplace) -> AsyncGenerator[Item, None]:
        data = params.content.encode()
        mark = "~" if await _exists(params.path, place) else "+"
        await place.sandbox.write(place.session, params.path, data)
        lines = len(params.content.splitlines())
        counted = "1 line" if lines == 1 else f"{lines:,} lines"
        yield Result(
            f"Wrote {params.path}: {counted}, {len(data):,} bytes.",
            changed=(mark + params.path,),
        )


async def _exists(path: str, place: Workplace) -> bool:
    """Raises UnsafePath for a link: what it leads to would stay as it is, and the link would go."""
    try:
        await place.sandbox.read(place.session, path, 0)
    except UnsafePath:
        raise
    except ToolError:  # whatever else is wrong with the path, writing says it better
        return False
    return True
