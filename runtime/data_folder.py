"""The data folder: everything that is kept, closed to other accounts of the machine."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from runtime.errors import JournalUnavailable

PRIVATE = 0o077
"""The umask of a process that keeps things: what it makes is for its own account only."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def closed(folder: Path) -> Path:
    """The folder, made if need be, with no right for group or others (0700). One that belongs to
    another account stays as it is: only its owner can close it.

    Raises JournalUnavailable where it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
        if status.st_mode & _OTHERS and status.st_uid == os.geteuid():
            with suppress(OSError):  # on a disk that is read-only, reading still works
                folder.chmod(stat.S_IMODE(status.st_mode) & ~_OTHERS)
    except OSError as error:
        raise JournalUnavailable(
            f"data folder {folder} cannot be used: {error.strerror}; check who may write there, or"
            " set AETHER_DATA_DIR"
        ) from error
    return folder


def open_to_others(folder: Path) -> bool:
    """Whether other accounts of the machine may look into it."""
    return bool(folder.stat().st_mode & _OTHERS)
