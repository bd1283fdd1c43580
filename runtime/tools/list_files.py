"""list_files: what lies in the workspace."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from runtime.approvals import Subject
from runtime.ports import FileEntry, Listing
from runtime.tools.excerpt import KIB, spelled
from runtime.tools.paths import PATH_ALSO, ROOT, WorkspacePath
from runtime.tools.reading import reading
from runtime.tools.tool import Item, Judgement, Params, Result, Workplace

LOOKED_AT = 5000
"""Entries that the sandbox is asked for; most of them may lie in folders that are folded."""

SHOWN = 400
SHOWN_BYTES = 24 * KIB

FOLDED = frozenset({".git", "node_modules", ".venv", "__pycache__"})
"""Folders that tools fill by the thousand: named, not opened, unless they are asked for."""


class Arguments(Params):
    also: ClassVar[Mapping[str, str]] = PATH_ALSO | {
        "directory": "path",
        "dir": "path",
        "dir_path": "path",
        "folder": "path",
        "target_directory": "path",
        "relative_workspace_path": "path",
    }

    path: Annotated[WorkspacePath, Field(description="a folder, relative to /workspace")] = ROOT


class ListFiles:
    name = "list_files"
    description = (
        "List files and folders below a folder of the workspace, with sizes in bytes. Folders end "
        "with /. Says so if there was more than it shows."
    )
    params = Arguments
    in_workspace = True
    in_container = False

    def judge(self, params: Arguments) -> Judgement:
        return reading(f"List {params.path}", Subject(kind="folder", value=params.path), "list")

    async def run(self, params: Arguments, place: Workplace) -> AsyncGenerator[Item, None]:
        listing = await place.sandbox.list(place.session, params.path, LOOKED_AT)
        yield _listing(params.path, listing)


def _listing(path: str, listing: Listing) -> Result:
    lines = [_line(entry) for entry in _open(path, listing.entries)]
    shown = _fitting(lines)
    if not (listing.entries or listing.unseen):
        return Result(f"[{path} is empty]")
    if len(shown) == len(lines) and not listing.unseen:
        return Result("\n".join(shown))
    why = f" ({listing.unseen})" if listing.unseen else ""
    rest = f"at least {len(lines) - len(shown):,} more entries{why}: list a folder below {path}"
    return Result("\n".join([*shown, f"[{rest}]"]), truncated=True)


def _open(path: str, entries: Iterable[FileEntry]) -> Iterable[FileEntry]:
    """All but what lies inside a folded folder."""
    depth = 0 if path == ROOT else path.count("/") + 1
    return (entry for entry in entries if not FOLDED.intersection(entry.path.split("/")[depth:-1]))


def _fitting(lines: list[str]) -> list[str]:
    room = SHOWN_BYTES
    for number, line in enumerate(lines[:SHOWN]):
        room -= len(line.encode()) + 1
        if room < 0:
            return lines[:number]
    return lines[:SHOWN]


def _line(entry: FileEntry) -> str:
    name = spelled(entry.path)
    match entry.kind:
        case "dir":
            folded = entry.path.rpartition("/")[2] in FOLDED
            return f"{name}/" + (" (not opened)" if folded else "")
        case "file":
            return f"{name}  {entry.size:,}"
        case "other":
            return f"{name}  (link or special file)"
