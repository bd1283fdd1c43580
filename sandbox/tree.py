"""Walks a folder that untrusted programs change meanwhile: by descriptors, never through a link."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

DEPTH = 64
"""Folders below the root; each level holds a descriptor open."""

_NAMES = 100_000
"""Names read of one folder: a folder with millions must not fill the bot's memory."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry: its path below the root with invalid UTF-8 replaced, and its own status (not a
    target's)."""

    path: str
    status: os.stat_result

    @property
    def is_folder(self) -> bool:
        return stat.S_ISDIR(self.status.st_mode)


def walk(
    folder: int, skip: Collection[str] = (), prefix: str = "", depth: int = DEPTH
) -> Iterator[Leaf]:
    """Every entry below the open `folder`, depth first, names sorted; folders named in `skip` stay
    closed.

    Entries that vanish or cannot be read are left out.
    """
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in islice(entries, _NAMES))
    for name in names:
        try:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError:
            continue
        leaf = Leaf(prefix + _printable(name), status)
        yield leaf
        if leaf.is_folder and depth and name not in skip:
            yield from _below(folder, name, skip, leaf.path + "/", depth - 1)


def _below(
    folder: int, name: str, skip: Collection[str], prefix: str, depth: int
) -> Iterator[Leaf]:
    try:
        inner = os.open(name, _FOLDER, dir_fd=folder)
    except OSError:
        return  # gone, closed to us, or a link by now
    try:
        yield from walk(inner, skip, prefix, depth)
    finally:
        os.close(inner)


def _printable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")
