"""Walk: the entries below a folder that untrusted programs change meanwhile, read within bounds.

By descriptors, never through a link. A walk counts before it reads, so neither a million names nor
64 levels of long ones fill the bot's memory; what lies beyond its bounds is said, never guessed.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass

DEPTH = 64
"""Folders below the root; each level holds a descriptor open."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one walk looks at: `names` of entries, `name_bytes` of them together, `seconds`."""

    names: int
    name_bytes: int = 16 << 20
    seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry: its path below the root with invalid UTF-8 replaced, and its own status (not a
    target's). `folder` (a descriptor) and `name` lead to it until the walk goes on; `folded` is
    true below a folder whose names nobody reads."""

    path: str
    status: os.stat_result
    folder: int
    name: str
    folded: bool

    @property
    def is_folder(self) -> bool:
        return stat.S_ISDIR(self.status.st_mode)


class Walk:
    """One walk. Entries that vanish or cannot be read are left out."""

    def __init__(self, bounds: Bounds, fold: Collection[str] = ()) -> None:
        self.unseen = ""
        """What was not looked at, in words; empty where everything was."""
        self._bounds = bounds
        self._fold = fold
        self._names = bounds.names
        self._bytes = bounds.name_bytes
        self._end = time.monotonic() + bounds.seconds

    def below(
        self, folder: int, prefix: str = "", depth: int = DEPTH, folded: bool = False
    ) -> Iterator[Leaf]:
        """Every entry below the open `folder`, depth first, names sorted."""
        for name in sorted(self._names_of(folder)):
            if self._late():
                return
            try:
                status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            except OSError:
                continue
            leaf = Leaf(prefix + _printable(name), status, folder, name, folded)
            yield leaf
            if leaf.is_folder:
                yield from self._inside(leaf, depth - 1)

    def _inside(self, leaf: Leaf, depth: int) -> Iterator[Leaf]:
        if depth < 0:
            self.unseen = f"folders more than {DEPTH} levels deep were not opened"
            return
        try:
            inner = os.open(leaf.name, _FOLDER, dir_fd=leaf.folder)
        except OSError:
            return  # gone, closed to us, or a link by now
        try:
            folded = leaf.folded or leaf.name in self._fold
            yield from self.below(inner, leaf.path + "/", depth, folded)
        finally:
            os.close(inner)

    def _names_of(self, folder: int) -> list[str]:
        names: list[str] = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if self._late() or not self._counted(entry.name):
                    break
                names.append(entry.name)
        return names

    def _counted(self, name: str) -> bool:
        """Whether one more name is within the bounds."""
        self._names -= 1
        self._bytes -= len(os.fsencode(name))
        if self._names >= 0 and self._bytes >= 0:
            return True
        self.unseen = f"it has more than the {self._bounds.names:,} names that are looked at"
        if self._bytes < 0:
            self.unseen = f"its names are longer than {self._bounds.name_bytes:,} bytes together"
        return False

    def _late(self) -> bool:
        if time.monotonic() < self._end:
            return False
        self.unseen = f"looking at it takes longer than {self._bounds.seconds:g} s"
        return True


def _printable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")
