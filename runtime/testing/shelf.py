"""A mapping that outlives its process: every value is a file, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from urllib.parse import quote, unquote


class Shelf(MutableMapping[str, bytes]):
    """Keys become file names below `folder`, which is made. A SIGKILL at any moment leaves either
    the old value or the new one. One writer at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def __getitem__(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise KeyError(key) from None

    def __setitem__(self, key: str, value: bytes) -> None:
        # "~" stands in no quoted name's first place, so a half-written file is never a key.
        beside = self._folder / "~beside"
        with beside.open("wb") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(self._path(key))

    def __delitem__(self, key: str) -> None:
        try:
            self._path(key).unlink()
        except FileNotFoundError:
            raise KeyError(key) from None

    def __iter__(self) -> Iterator[str]:
        names = sorted(path.name for path in self._folder.iterdir())
        return (unquote(name[1:]) for name in names if name.startswith("="))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _path(self, key: str) -> Path:
        return self._folder / f"={quote(key, safe='')}"
