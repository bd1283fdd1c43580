"""Looks at workspaces that somebody hostile filled: bounded, and nothing left that acts on the
host."""

from __future__ import annotations

import os
import stat
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.ids import SessionId
from sandbox import survey as room
from sandbox.files import Workspace
from sandbox.host_paths import HostPaths
from sandbox.identity import choose
from sandbox.safe_open import by_kernel
from sandbox.survey import survey
from sandbox.walk import Bounds, Walk

MANY = Bounds(100_000)
LONG = "n" * 250


def deep(root: Path, name: str, levels: int, inside: Callable[[Path], None]) -> None:
    """HostPaths in each other, by descriptors: their path is longer than the kernel takes."""
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(root)
        for _ in range(levels):
            os.mkdir(name)
            os.chdir(name)
            inside(Path())
    finally:
        os.fchdir(here)
        os.close(here)


def modes(root: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.lstat().st_mode) for path in root.rglob("*")}


# --- bounds --------------------------------------------------------------------------------------


def test_a_folder_full_of_names_is_not_read_to_its_end(tmp_path: Path) -> None:
    for n in range(300):
        (tmp_path / f"{n:03}{LONG}").touch()
    walk = Walk(Bounds(100))
    fd = os.open(tmp_path, os.O_RDONLY)
    assert len(list(walk.below(fd))) == 100
    assert "more than the 100 names" in walk.unseen
    walk = Walk(Bounds(1000, name_bytes=2530))
    assert len(list(walk.below(fd))) == 10
    assert "longer than 2,530 bytes" in walk.unseen
    os.close(fd)


def test_a_walk_ends_when_its_time_is_over(tmp_path: Path) -> None:
    deep(tmp_path, "d", 20, lambda here: (here / "f").touch())
    seen = survey(tmp_path, Bounds(1000, seconds=0))
    assert seen.files is None
    assert "longer than 0 s" in seen.unseen


def test_levels_of_long_names_cost_bounded_memory(tmp_path: Path) -> None:
    """64 levels of long names with hard links in each: as one path each they are 16 KiB long."""
    (tmp_path / "file").write_bytes(b"x")

    def links(here: Path) -> None:
        for n in range(40):
            os.link(tmp_path / "file", here / f"{n:02}{LONG}")

    deep(tmp_path, LONG, 64, links)
    tracemalloc.start()
    try:
        seen = survey(tmp_path, MANY)
        listing = Workspace(tmp_path, None, by_kernel).list("", 10_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 << 20
    assert seen.used.entries == 1 + 64 + 64 * 40
    assert seen.used.size <= 16384 + 64 * 32768  # the links' bytes count once
    assert seen.files is None
    assert "such names" in seen.unseen
    assert "these are the first" in listing.unseen


def test_more_files_than_are_compared_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LIMIT", 5)  # patched: twenty thousand files take a while
    (tmp_path / "node_modules").mkdir()
    for n in range(6):
        (tmp_path / "node_modules" / str(n)).touch()
    assert survey(tmp_path, MANY).unseen == ""
    for n in range(6):
        (tmp_path / str(n)).touch()
    seen = survey(tmp_path, MANY)
    assert (seen.files, seen.used.entries) == (None, 13)
    assert "more than 5 files" in seen.unseen


def test_what_is_deeper_than_a_walk_goes_is_said(tmp_path: Path) -> None:
    deep(tmp_path, "d", 70, lambda here: None)
    assert "64 levels" in survey(tmp_path, MANY).unseen


def test_sparse_bytes_are_not_used_and_folders_count(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    (tmp_path / "d").mkdir()
    (tmp_path / "real").write_bytes(b"x" * (1 << 20))
    used = survey(tmp_path, MANY).used
    assert used.entries == 3
    assert 1 << 20 <= used.size < 2 << 20


# --- what could act on the host ------------------------------------------------------------------


@pytest.mark.parametrize("bits", [0o4755, 0o2755, 0o6755, 0o4111, 0o7711])
def test_no_bits_of_another_user_stay(tmp_path: Path, bits: int) -> None:
    for name in ("sh", ".git/sh", "node_modules/.bin/sh", "a/b/sh"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
        (tmp_path / name).chmod(bits)
    (tmp_path / "a").chmod(0o2775)
    survey(tmp_path, MANY)
    assert {mode for name, mode in modes(tmp_path).items() if name == "sh"} == {bits & 0o1777}
    assert modes(tmp_path)["a"] == 0o775


def test_what_a_link_leads_to_is_left_alone(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.touch()
    outside.chmod(0o4755)
    root.mkdir()
    (root / "link").symlink_to(outside)
    survey(root, MANY)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o4755


def test_devices_and_capabilities_go(tmp_path: Path) -> None:
    os.mknod(tmp_path / "disk", stat.S_IFBLK | 0o666, os.makedev(7, 0))
    os.mknod(tmp_path / "tty", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    (tmp_path / "ping").touch()
    (tmp_path / "ping").chmod(0o755)
    net_raw = bytes.fromhex("0100000200200000000000000000000000000000")
    os.setxattr(tmp_path / "ping", "security.capability", net_raw)
    survey(tmp_path, MANY)
    assert sorted(modes(tmp_path)) == ["ping"]
    assert os.listxattr(tmp_path / "ping") == []


def test_a_closed_folder_hides_nothing(tmp_path: Path) -> None:
    """A child process that is not root: root reads every folder."""
    root = tmp_path / "root"
    (root / "d" / "inner").mkdir(parents=True)
    (root / "d" / "inner" / "sh").touch()
    (root / "d" / "inner" / "sh").chmod(0o4755)
    (root / "d").chmod(0o111)
    for path in (tmp_path, root, root / "d", root / "d" / "inner", root / "d" / "inner" / "sh"):
        os.chown(path, 65534, 65534)
    for above in tmp_path.parents:
        if above.name.startswith(("pytest", "popen")):  # a worker has a folder of its own
            above.chmod(0o755)
    (root / "d" / "inner" / "sh").chmod(0o4755)
    root.chmod(0)
    child = os.fork()
    if not child:
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
        os._exit(survey(root, MANY).used.entries)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    assert stat.S_IMODE((root / "d" / "inner" / "sh").stat().st_mode) == 0o755


def test_the_folder_of_all_workspaces_is_closed_to_others(tmp_path: Path) -> None:
    identity = choose(os.getuid(), os.getgid(), {})
    for root in (tmp_path / "new", tmp_path / "old"):
        if root.name == "old":
            root.mkdir(mode=0o755)
        mask = os.umask(0)
        try:
            path = HostPaths(root, None).owned(SessionId("box"), identity)
        finally:
            os.umask(mask)
        path.chmod(0o777)  # the agent may
        assert stat.S_IMODE(root.stat().st_mode) == 0o700
        survey(path, MANY)
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
