"""Files named by the hash of their content: large bodies, screenshots, what runs deliver."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from pathlib import Path

from runtime.errors import JournalUnavailable, ToolError
from runtime.ids import ArtifactHash

_NAME = re.compile(r"[0-9a-f]{64}")


class FileArtifacts:
    """The port `Artifacts` on a folder. Whole or absent: a crash leaves no half-written file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, data: bytes) -> ArtifactHash:
        """Store durably (synced) and return the hash. Cheap if it is there already. Raises
        JournalUnavailable if the disk refuses."""
        return await asyncio.to_thread(self._put, data)

    async def get(self, name: ArtifactHash) -> bytes:
        """The bytes. Raises ToolError if there is no such artifact, or not as it was stored."""
        return await asyncio.to_thread(self._get, name)

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _put(self, data: bytes) -> ArtifactHash:
        name = ArtifactHash(hashlib.sha256(data).hexdigest())
        path = self._path(name)
        try:
            if not _whole(path, len(data)):
                self._write(path, data)
        except OSError as error:
            raise JournalUnavailable(
                f"artifact folder {self._folder} refuses a file: {error.strerror}; free some space"
                " or let this user write there"
            ) from error
        return name

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        # The name is durable only when its folders are.
        for folder in (path.parent, self._folder, self._folder.parent):
            _sync(folder)

    def _get(self, name: ArtifactHash) -> bytes:
        if not _NAME.fullmatch(name):
            raise ToolError(f"{name!r} is no artifact: a name has 64 hex digits")
        try:
            data = self._path(name).read_bytes()
        except OSError as error:
            raise ToolError(
                f"artifact {name} is not in {self._folder}: {error.strerror}"
            ) from error
        if hashlib.sha256(data).hexdigest() != name:
            raise ToolError(f"artifact {name} in {self._folder} is damaged: its content changed")
        return data


def _whole(path: Path, size: int) -> bool:
    """Whether it is there at its full size. Its content was synced before it got its name."""
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
