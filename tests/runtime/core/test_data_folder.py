"""The data folder is closed to other accounts, however it came to be."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from runtime.data_folder import closed, open_to_others
from runtime.errors import JournalUnavailable


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


def test_a_new_one_is_made_closed(tmp_path: Path) -> None:
    assert mode(closed(tmp_path / "a" / "b")) == 0o700


@pytest.mark.parametrize("before", [0o755, 0o777, 0o750, 0o711, 0o700])
def test_an_open_one_is_closed(tmp_path: Path, before: int) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(before)
    assert open_to_others(folder) is (before != 0o700)
    assert mode(closed(folder)) == 0o700
    assert not open_to_others(folder)


def test_what_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalUnavailable, match=r"data folder .*file.*AETHER_DATA_DIR"):
        closed(tmp_path / "file")
