"""Files named by their content."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from runtime.errors import JournalUnavailable, ToolError
from runtime.ids import ArtifactHash
from runtime.journal import FileArtifacts


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("data", [b"", b"hello", bytes(range(256)) * 5_000])
async def test_what_goes_in_comes_out(tmp_path: Path, data: bytes) -> None:
    artifacts = FileArtifacts(tmp_path / "new" / "folder")
    name = await artifacts.put(data)
    assert name == hashlib.sha256(data).hexdigest()
    assert await artifacts.get(name) == data


async def test_the_same_content_is_stored_once(tmp_path: Path) -> None:
    artifacts = FileArtifacts(tmp_path)
    names = await asyncio.gather(*(artifacts.put(b"hello") for _ in range(8)))
    (file,) = files(tmp_path)
    written = file.stat().st_mtime_ns, file.stat().st_ino
    assert {*names, await artifacts.put(b"hello")} == {file.name}
    assert written == (file.stat().st_mtime_ns, file.stat().st_ino)


async def test_a_missing_artifact(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=f"artifact {'0' * 64} is not in"):
        await FileArtifacts(tmp_path).get(ArtifactHash("0" * 64))


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63 + "\n", "0" * 65])
async def test_only_hashes_are_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(ToolError, match="is no artifact"):
        await FileArtifacts(tmp_path).get(ArtifactHash(name))


async def test_a_damaged_artifact(tmp_path: Path) -> None:
    artifacts = FileArtifacts(tmp_path)
    name = await artifacts.put(b"hello")
    (file,) = files(tmp_path)
    file.write_bytes(b"hellO")
    with pytest.raises(ToolError, match="is damaged"):
        await artifacts.get(name)


async def test_half_a_file_is_replaced(tmp_path: Path) -> None:
    artifacts = FileArtifacts(tmp_path)
    name = await artifacts.put(b"hello")
    (file,) = files(tmp_path)
    file.write_bytes(b"hel")
    await artifacts.put(b"hello")
    assert await artifacts.get(name) == b"hello"


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalUnavailable, match="refuses a file"):
        await FileArtifacts(tmp_path / "file").put(b"hello")
