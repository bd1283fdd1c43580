"""Survey: one bounded look at a workspace: its files, what it uses, and nothing left in it that
could act on the host.

Programs of the workspace run with the owner's own number, so a setuid copy of a shell would act as
that number for whoever starts it on the host. Such bits, file capabilities and device nodes are
taken away as they are found.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sandbox.changes import SKIPPED, Snapshot
from sandbox.walk import Bounds, Leaf, Walk

LIMIT = 20_000
"""Files whose state is compared (about 0.2 s). A larger workspace gets no list of changes rather
than a wrong one."""

PATHS = 8 << 20
"""Characters of their paths together: 64 levels of long names are 16 KiB each."""

_BLOCK = 512
"""st_blocks counts these, whatever the disk's own blocks are: inode(7)."""

_CAPABILITY = "security.capability"
_OPEN = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Usage:
    """What a workspace takes of its disk: bytes that are allocated, hard links counted once, and
    entries."""

    size: int = 0
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Survey:
    """`files` is None where they could not all be looked at; `unseen` then says why. `used` is at
    least that much."""

    files: Snapshot | None
    used: Usage
    unseen: str = ""


def survey(root: Path, bounds: Bounds) -> Survey:
    """Look at everything below `root`. A root that its owner, the agent, closed is opened again."""
    look = _Look()
    with suppress(OSError):  # vanished, or somebody else's: there is nothing to be seen
        os.chmod(root, 0o700)
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            walk = Walk(bounds, SKIPPED)
            for leaf in walk.below(folder):
                look.take(leaf)
        finally:
            os.close(folder)
        return look.survey(walk.unseen)
    return Survey(None, Usage(), "it cannot be read")


class _Look:
    """The survey under way."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[int, int, int, int]] = {}
        self._paths = 0
        self._size = 0
        self._entries = 0
        self._linked: set[int] = set()
        self._unseen = ""

    def take(self, leaf: Leaf) -> None:
        _disarm(leaf)
        self._count(leaf.status)
        if not (leaf.is_folder or leaf.folded or self._unseen):
            self._keep(leaf)

    def _count(self, status: os.stat_result) -> None:
        self._entries += 1
        if status.st_nlink > 1 and not stat.S_ISDIR(status.st_mode):
            if status.st_ino in self._linked:
                return
            self._linked.add(status.st_ino)
        self._size += status.st_blocks * _BLOCK

    def _keep(self, leaf: Leaf) -> None:
        self._paths += len(leaf.path)
        if len(self._files) >= LIMIT or self._paths > PATHS:
            self._unseen = f"it has more than {len(self._files):,} files with such names"
            self._files.clear()
            return
        s = leaf.status
        self._files[leaf.path] = (s.st_mode, s.st_size, s.st_mtime_ns, s.st_ino)

    def survey(self, unseen: str) -> Survey:
        unseen = unseen or self._unseen
        used = Usage(self._size, self._entries)
        return Survey(None if unseen else self._files, used, unseen)


def _disarm(leaf: Leaf) -> None:
    """Take away what could act on the host; give a folder back to its owner's eyes, so that nothing
    hides in it."""
    mode = leaf.status.st_mode
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        with suppress(OSError):
            os.unlink(leaf.name, dir_fd=leaf.folder)
        return
    if stat.S_ISLNK(mode):
        return
    wanted = stat.S_IMODE(mode) & ~(stat.S_ISUID | stat.S_ISGID)
    if leaf.is_folder:
        wanted |= stat.S_IRWXU
    if wanted != stat.S_IMODE(mode):
        _set_mode(leaf, wanted)
    if stat.S_ISREG(mode) and mode & 0o111:
        with suppress(OSError):  # it has none, nearly always
            path = f"/proc/self/fd/{leaf.folder}/{leaf.name}"
            os.removexattr(path, _CAPABILITY, follow_symlinks=False)


def _set_mode(leaf: Leaf, mode: int) -> None:
    """Of this very file, also one that we may not read, and never of what a link leads to."""
    with suppress(OSError):  # it is gone
        fd = os.open(leaf.name, _OPEN, dir_fd=leaf.folder)
        try:
            if not stat.S_ISLNK(os.fstat(fd).st_mode):
                os.chmod(f"/proc/self/fd/{fd}", mode)
        finally:
            os.close(fd)
