"""Paths inside the workspace, as models write them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from runtime.errors import UnsafePath

WORKSPACE = "/workspace"
ROOT = "."
LONGEST = 1000


PATH_ALSO = dict.fromkeys(
    ("file_path", "filepath", "file", "filename", "file_name", "target_file", "absolute_path"),
    "path",
)
"""What other tools call a path."""


def in_workspace(path: str) -> str:
    """The path relative to /workspace, without detours ("." is the workspace itself).

    Raises UnsafePath for what may lead out; what really lies there the sandbox judges when it
    opens it.
    """
    inner = path.strip()
    if inner == WORKSPACE or inner.startswith(f"{WORKSPACE}/"):
        inner = inner[len(WORKSPACE) :].lstrip("/")
    if inner.startswith(("/", "~")):
        raise UnsafePath(
            f"{path!r} lies outside the workspace: file tools see only {WORKSPACE}, give a path "
            "relative to it (shell can read the rest of the container)"
        )
    parts = [part for part in inner.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise UnsafePath(f"{path!r} contains '..': give the path from the workspace's root")
    if "\0" in inner:
        raise UnsafePath("a path cannot contain a NUL character")
    return "/".join(parts) or ROOT


def _checked(path: str) -> str:
    try:
        return in_workspace(path)
    except UnsafePath as error:
        raise ValueError(str(error)) from None  # pydantic's way to name the parameter


WorkspacePath = Annotated[str, Field(max_length=LONGEST), AfterValidator(_checked)]
"""A parameter that names something in the workspace; validated it is relative and canonical."""
