"""Reads, writes and lists the files of one workspace from the host's side."""

from __future__ import annotations

import errno
import os
import posixpath
import secrets
import stat
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from runtime.errors import NotThere, ToolError, UnsafePath
from runtime.ports import FileBytes, FileEntry, Listing
from sandbox.safe_open import Open, components
from sandbox.walk import Bounds, Leaf, Walk

READ_CAP = 32 << 20
"""Bytes that one read returns at most, whatever the caller asks: it stands in the bot's memory."""

WRITE_CAP = 10 << 20
"""Bytes per write: more than any source file, less than a mistake."""

LIST_CAP = 10_000
LISTED = 100_000
"""Names that are read for a list: those of one folder are sorted before the first is given."""

LIST_PATHS = 8 << 20
"""Characters of the paths that one list returns together."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_LINK = (errno.ELOOP, errno.EXDEV)
_KINDS: dict[int, Literal["file", "dir"]] = {stat.S_IFREG: "file", stat.S_IFDIR: "dir"}


@dataclass(frozen=True, slots=True)
class Workspace:
    """`root` must exist. `owner` is the (uid, gid) that new files get, None to leave the bot's
    own."""

    root: Path
    owner: tuple[int, int] | None
    opener: Open

    def read(self, path: str, limit: int) -> FileBytes:
        """At most `limit` bytes from the beginning. Raises NotThere, UnsafePath, ToolError."""
        parts = components(path)
        # O_NONBLOCK: opening a pipe that nobody writes to must not wait for ever.
        with (
            _explained(path, self._target(parts)),
            self._opened(parts, os.O_RDONLY | os.O_NONBLOCK) as fd,
        ):
            status = os.fstat(fd)
            if not stat.S_ISREG(status.st_mode):
                raise UnsafePath(
                    f"{path!r} is no regular file: only files can be read, folders be listed"
                )
            return FileBytes(_upto(fd, max(0, min(limit, READ_CAP))), status.st_size)

    def write(self, path: str, data: bytes) -> None:
        """Replace or create, parents included. Raises UnsafePath, ToolError; then the old file
        stands."""
        parts = components(path)
        if not parts:
            raise UnsafePath(f"{path!r} is the workspace itself: name a file in it")
        if len(data) > WRITE_CAP:
            raise ToolError(
                f"{path!r}: {len(data):,} bytes are more than the {WRITE_CAP:,} of one write; "
                "write it in parts by a program in the container"
            )
        with _explained(path):
            self._make_folders(parts[:-1])
            with self._opened(parts[:-1], _FOLDER) as folder:
                self._replace(folder, parts[-1], data, path)

    def list(self, path: str, limit: int) -> Listing:
        """Entries below a folder, depth first, names sorted; links are "other". Raises UnsafePath,
        ToolError."""
        parts = components(path)
        prefix = "/".join((*parts, ""))
        limit = max(0, min(limit, LIST_CAP))
        walk = Walk(Bounds(LISTED))
        with _explained(path), self._opened(parts, _FOLDER) as fd:
            entries, more = _fitting(walk.below(fd, prefix), limit)
        return Listing(entries, walk.unseen or more)

    def _target(self, parts: Sequence[str]) -> str:
        """Where a link leads, from the workspace's root; empty where it is none."""
        if not parts:
            return ""
        try:
            with self._opened(parts[:-1], _FOLDER) as folder:
                target = os.readlink(parts[-1], dir_fd=folder)
        except OSError:
            return ""
        return posixpath.normpath(posixpath.join(*parts[:-1], target))

    @contextmanager
    def _opened(self, parts: Sequence[str], flags: int) -> Generator[int]:
        root = os.open(self.root, _FOLDER | os.O_CLOEXEC)
        try:
            fd = self.opener(root, parts, flags)
        finally:
            os.close(root)
        try:
            yield fd
        finally:
            os.close(fd)

    def _make_folders(self, parts: Sequence[str]) -> None:
        for depth, name in enumerate(parts):
            with self._opened(parts[:depth], _FOLDER) as folder:
                try:
                    os.mkdir(name, 0o755, dir_fd=folder)
                except FileExistsError:
                    continue
            if self.owner:
                with self._opened(parts[: depth + 1], _FOLDER) as made:
                    os.fchown(made, *self.owner)

    def _replace(self, folder: int, name: str, data: bytes, path: str) -> None:
        """Write beside the target, then rename: a planted link is replaced, never followed."""
        mode = _mode(folder, name, path)
        beside = f".aether-{secrets.token_hex(8)}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = os.open(beside, flags, 0o600, dir_fd=folder)
        try:
            try:
                _all(fd, data)
                if self.owner:
                    os.fchown(fd, *self.owner)
                os.fchmod(fd, mode)
            finally:
                os.close(fd)
            os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError:
            _forget(beside, folder)
            raise


def _mode(folder: int, name: str, path: str) -> int:
    """The mode of the file that is replaced, so a script stays executable; else 0644."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return 0o644
    if stat.S_ISDIR(status.st_mode):
        raise UnsafePath(f"{path!r} is a folder: choose another name or remove it first")
    return status.st_mode & 0o777 if stat.S_ISREG(status.st_mode) else 0o644


def _upto(fd: int, limit: int) -> bytes:
    chunks: list[bytes] = []
    while limit > 0 and (chunk := os.read(fd, min(limit, 1 << 20))):
        chunks.append(chunk)
        limit -= len(chunk)
    return b"".join(chunks)


def _all(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _forget(name: str, folder: int) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except OSError:
        return  # the agent was faster


def _fitting(leaves: Iterator[Leaf], limit: int) -> tuple[tuple[FileEntry, ...], str]:
    """The first entries, and in words why not all of them."""
    entries: list[FileEntry] = []
    room = LIST_PATHS
    for leaf in leaves:
        room -= len(leaf.path)
        if len(entries) >= limit or room < 0:
            return tuple(entries), f"these are the first {len(entries):,}"
        entries.append(_entry(leaf))
    return tuple(entries), ""


def _entry(leaf: Leaf) -> FileEntry:
    kind = _KINDS.get(stat.S_IFMT(leaf.status.st_mode)) or "other"
    return FileEntry(leaf.path, leaf.status.st_size, kind)


@contextmanager
def _explained(path: str, target: str = "") -> Generator[None]:
    """The system's errors in words for the model, with the path and a way on."""
    try:
        yield
    except FileNotFoundError:
        raise NotThere(
            f"{path!r} does not exist in the workspace: list the folder above it"
        ) from None
    except NotADirectoryError:
        raise UnsafePath(f"{path!r} passes a file or a link where a folder is needed") from None
    except OSError as error:
        if error.errno in _LINK:
            real = f", {target!r}" if target else ""
            text = f"{path!r} is or passes a symbolic link: name the real file instead{real}"
            raise UnsafePath(text) from None
        if error.errno == errno.ENXIO:
            raise UnsafePath(f"{path!r} is a socket or device, no regular file") from None
        raise ToolError(f"{path!r}: {error.strerror}") from None
