"""Quota: what a workspace may take of its disk, and what the disk keeps free for the journal."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sandbox.settings import SandboxSettings
from sandbox.survey import Usage
from sandbox.walk import Bounds

_MIB = 1 << 20

_MOST_NAMES = 1_000_000
"""Entries that a survey looks at where their number is not limited."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Bytes and entries of one workspace, and bytes that stay free on the disk; 0: no limit."""

    size: int
    entries: int
    reserve: int

    @classmethod
    def of(cls, settings: SandboxSettings) -> Quota:
        return cls(
            settings.workspace_mb * _MIB, settings.workspace_files, settings.disk_reserve_mb * _MIB
        )

    @property
    def bounds(self) -> Bounds:
        """A survey need not look at more names than may be there: one more is too many."""
        return Bounds(self.entries + 1 if self.entries else _MOST_NAMES)

    def over(self, used: Usage, before: Usage = Usage()) -> str:
        """The sentence that says what is used up; empty where nothing is. What was too much
        `before` may be worked on as long as it does not grow, or nobody could delete it."""
        if self.size and used.size > max(self.size, before.size):
            return (
                f"The workspace holds {_mib(used.size)} of data, more than the {_mib(self.size)} "
                "that it may (sandbox.workspace_mb). Delete what is not needed."
            )
        if self.entries and used.entries > max(self.entries, before.entries):
            return (
                f"The workspace holds more than the {self.entries:,} files and folders that it may "
                "(sandbox.workspace_files). Delete what is not needed."
            )
        return ""

    def short(self, disk: Path) -> str:
        """The sentence for a disk that has less than the reserve left; empty where it has more."""
        free = shutil.disk_usage(disk).free
        if not self.reserve or free >= self.reserve:
            return ""
        return (
            f"The disk of Aether's data folder has only {_mib(free)} left, less than the "
            f"{_mib(self.reserve)} that are kept for its records (sandbox.disk_reserve_mb): "
            "nothing is run or written until people free some space."
        )


def _mib(size: int) -> str:
    return f"{size / _MIB:,.0f} MiB"
