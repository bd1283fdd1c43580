"""search_files: which lines match. Runs inside the container, so links lead nowhere else."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from runtime.approvals import Subject
from runtime.ports import Command, Exited
from runtime.tools.excerpt import KIB, Excerpt, readable
from runtime.tools.execution import begin_or_attach, conclude
from runtime.tools.paths import PATH_ALSO, ROOT, WorkspacePath
from runtime.tools.reading import reading
from runtime.tools.tool import Failure, Item, Judgement, Params, Result, Workplace

TIMEOUT = 60.0
MATCHES = 200
_SHOWN = 24 * KIB
_COMPLAINT = 2 * KIB

# Pattern and path come as arguments, so no shell reads them, and after -e and -- neither is taken
# for an option. head ends the search as soon as there is enough.
_SCRIPT = f"""
if command -v rg >/dev/null; then
  rg --line-number --with-filename --no-heading --color=never --hidden --glob='!.git' \
    --max-columns=300 --max-columns-preview --sort=path -e "$1" -- "$2"
else
  grep -rnHIE --exclude-dir=.git -e "$1" -- "$2" | cut -c 1-400
fi | head -n {MATCHES + 1}
"""


def _searchable(pattern: str) -> str:
    if "\0" in pattern or "\n" in pattern:
        raise ValueError("a pattern is one line without NUL characters")
    return pattern


class Arguments(Params):
    also: ClassVar[Mapping[str, str]] = PATH_ALSO | {
        "query": "pattern",
        "regex": "pattern",
        "regexp": "pattern",
        "search": "pattern",
        "directory": "path",
        "dir": "path",
        "folder": "path",
    }

    pattern: Annotated[
        str,
        Field(min_length=1, max_length=2000, description="a regular expression, as in ripgrep"),
        AfterValidator(_searchable),
    ]
    path: Annotated[WorkspacePath, Field(description="file or folder, relative to /workspace")] = (
        ROOT
    )


class SearchFiles:
    name = "search_files"
    description = (
        "Search the text of files in the workspace for a regular expression. Returns matching "
        f"lines as path:line number:text, at most {MATCHES}. Escape characters like ( [ . * + ? to "
        "search for them literally. Files that .gitignore names are left out."
    )
    params = Arguments
    in_workspace = True
    in_container = True

    def judge(self, params: Arguments) -> Judgement:
        operation = f"Search {params.pattern!r} in {params.path}"
        return reading(operation, Subject(kind="folder", value=params.path))

    async def run(self, params: Arguments, place: Workplace) -> AsyncGenerator[Item, None]:
        command = Command(search_argv(params.pattern, params.path), TIMEOUT, writes=False)
        found, complaint = Excerpt(_SHOWN, 0), Excerpt(_COMPLAINT, 0)
        async with aclosing(begin_or_attach(place, command)) as items:
            async for item in items:
                if isinstance(item, Exited):
                    yield _end(item, command, found, complaint)
                    return
                (found if item.stream == "stdout" else complaint).add(item.text)
                yield item


def search_argv(pattern: str, path: str) -> tuple[str, ...]:
    """The command line of a search. "./" before the path keeps it from being an option."""
    return ("bash", "-c", _SCRIPT, "search", pattern, path if path == ROOT else f"./{path}")


def _end(exited: Exited, command: Command, found: Excerpt, complaint: Excerpt) -> Result | Failure:
    """By what was written: the exit code is that of `head`."""
    if exited.why != "exit":
        return conclude(exited, command, found)
    lines = [line.removeprefix("./") for line in readable(found.text).splitlines()]
    if not lines and complaint.text.strip():
        words = readable(complaint.text).strip()
        return Failure("failed", words, seconds=exited.seconds, reported=exited.reported)
    if not lines:
        return Result("No matches.", seconds=exited.seconds, reported=exited.reported)
    truncated = found.truncated or len(lines) > MATCHES
    if len(lines) > MATCHES:
        lines[MATCHES:] = [f"[more than {MATCHES} matches: narrow the pattern or the path]"]
    return Result(
        "\n".join(lines),
        seconds=exited.seconds,
        truncated=truncated,
        reported=exited.reported,
    )
