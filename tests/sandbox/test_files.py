"""Files of a workspace that somebody hostile writes into at the same time."""

from __future__ import annotations

import ctypes
import os
import random
import socket
import tempfile
import threading
from pathlib import Path

import pytest

from runtime.errors import NotThere, ToolError, UnsafePath
from sandbox import safe_open
from sandbox.files import WRITE_CAP, Workspace
from sandbox.safe_open import Open, by_kernel, by_steps

SECRET = b"secret of the host"


@pytest.fixture(params=[by_kernel, by_steps])
def opener(request: pytest.FixtureRequest) -> Open:
    return request.param


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret").write_bytes(SECRET)
    return folder


@pytest.fixture
def workspace(tmp_path: Path, outside: Path, opener: Open) -> Workspace:
    """A workspace full of traps."""
    root = tmp_path / "root"
    (root / "dir").mkdir(parents=True)
    (root / "file").write_bytes(b"content")
    (root / "dir" / "inner").write_bytes(b"inner")
    (root / "link").symlink_to(outside / "secret")
    (root / "chain").symlink_to("link")
    (root / "inside").symlink_to("file")
    (root / "folder").symlink_to(outside)
    (root / "up").symlink_to("..")
    (root / "proc").symlink_to("/proc/self/root")
    (root / "loop").symlink_to("loop")
    (root / "broken").symlink_to("nowhere")
    os.mkfifo(root / "fifo")
    return Workspace(root, None, opener)


UNSAFE = [
    "..",
    "../outside/secret",
    "dir/../../outside/secret",
    "dir/..",
    "/etc/passwd",
    "//etc/passwd",
    "/workspace/../etc/passwd",
    "/workspaces/file",
    "link",
    "chain",
    "inside",
    "folder/secret",
    "up/outside/secret",
    "proc/etc/passwd",
    "loop",
    "broken",
    "fifo",
    "dir",
    "",
    ".",
    "file/below",
    "nul\0byte",
    "\ud800",
]


@pytest.mark.parametrize("path", UNSAFE)
def test_unsafe_paths_are_not_read(workspace: Workspace, path: str) -> None:
    with pytest.raises(UnsafePath) as caught:
        workspace.read(path, 100)
    assert repr(path) in str(caught.value)


REPLACEABLE = {"link", "chain", "inside", "loop", "broken", "fifo"}


@pytest.mark.parametrize("path", [path for path in UNSAFE if path not in REPLACEABLE])
def test_unsafe_paths_are_not_written(workspace: Workspace, outside: Path, path: str) -> None:
    with pytest.raises(UnsafePath):
        workspace.write(path, b"planted")
    assert [file.name for file in outside.iterdir()] == ["secret"]
    assert not list(workspace.root.rglob(".aether-*"))


@pytest.mark.parametrize("path", sorted(REPLACEABLE))
def test_a_planted_link_is_replaced_not_followed(
    workspace: Workspace, outside: Path, path: str
) -> None:
    workspace.write(path, b"new")
    assert (outside / "secret").read_bytes() == SECRET
    assert (workspace.root / "file").read_bytes() == b"content"
    assert not (workspace.root / path).is_symlink()
    assert workspace.read(path, 100).data == b"new"


@pytest.mark.parametrize("path", ["near/inner", "dir/back/inner"])
def test_no_link_on_the_way_is_followed_not_even_inside(workspace: Workspace, path: str) -> None:
    (workspace.root / "near").symlink_to("dir")
    (workspace.root / "dir" / "back").symlink_to("../dir")
    with pytest.raises(UnsafePath):
        workspace.read(path, 100)
    with pytest.raises(UnsafePath):
        workspace.write(path, b"planted")
    assert (workspace.root / "dir" / "inner").read_bytes() == b"inner"


@pytest.mark.parametrize("path", ["folder", "link", "proc", "file", "fifo", "../outside", "/etc"])
def test_unsafe_paths_are_not_listed(workspace: Workspace, path: str) -> None:
    with pytest.raises(UnsafePath):
        workspace.list(path, 10)


@pytest.mark.parametrize(
    "path", ["dir/inner", "./dir//inner", "/workspace/dir/inner", "dir/./inner"]
)
def test_ways_to_name_a_file(workspace: Workspace, path: str) -> None:
    assert workspace.read(path, 100).data == b"inner"


def test_reads_are_cut_and_told_the_size(workspace: Workspace) -> None:
    found = workspace.read("file", 3)
    assert (found.data, found.size) == (b"con", 7)
    assert workspace.read("file", 0).data == workspace.read("file", -1).data == b""


def test_a_sparse_terabyte_is_read_to_the_limit(workspace: Workspace) -> None:
    os.truncate(workspace.root / "file", 1 << 40)
    found = workspace.read("file", 1 << 20)
    assert (len(found.data), found.size) == (1 << 20, 1 << 40)


def test_a_missing_file_is_the_models_problem(workspace: Workspace) -> None:
    with pytest.raises(NotThere, match="'dir/none' does not exist"):
        workspace.read("dir/none", 1)
    with pytest.raises(NotThere, match="does not exist"):
        workspace.list("none", 1)


def test_what_cannot_be_read_is_not_taken_for_missing(workspace: Workspace) -> None:
    with pytest.raises(ToolError, match="File name too long") as caught:
        workspace.read("x" * 300, 1)
    assert not isinstance(caught.value, NotThere)


def test_a_socket_is_no_file(workspace: Workspace) -> None:
    folder = Path(tempfile.mkdtemp(prefix="aether-"))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "s"))
        (folder / "s").rename(workspace.root / "sock")
        folder.rmdir()
        with pytest.raises(UnsafePath, match="socket or device"):
            workspace.read("sock", 1)


def test_writing_makes_folders_and_keeps_the_mode(workspace: Workspace) -> None:
    workspace.write("a/b/c/new", b"1")
    assert (workspace.root / "a/b/c/new").stat().st_mode & 0o777 == 0o644
    (workspace.root / "file").chmod(0o755)
    workspace.write("file", b"2")
    assert (workspace.root / "file").stat().st_mode & 0o777 == 0o755
    assert workspace.read("file", 10).data == b"2"


def test_setuid_does_not_survive_a_write(workspace: Workspace) -> None:
    (workspace.root / "file").chmod(0o4755)
    workspace.write("file", b"2")
    assert (workspace.root / "file").stat().st_mode & 0o7777 == 0o755


def test_writes_are_capped(workspace: Workspace) -> None:
    workspace.write("big", bytes(WRITE_CAP))
    with pytest.raises(ToolError, match="10,485,761 bytes are more"):
        workspace.write("big", bytes(WRITE_CAP + 1))
    assert workspace.read("big", 1).size == WRITE_CAP


def test_a_failed_write_leaves_the_old_file(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(fd: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)  # a full disk cannot be had otherwise
    with pytest.raises(ToolError, match="'file': No space left on device"):
        workspace.write("file", b"new")
    monkeypatch.undo()
    assert workspace.read("file", 10).data == b"content"
    assert not list(workspace.root.glob(".aether-*"))


def test_lists_are_depth_first_sorted_cut_and_do_not_follow(workspace: Workspace) -> None:
    (workspace.root / "dir" / "deeper").mkdir()
    (workspace.root / "dir" / "deeper" / "z").write_bytes(b"zz")
    entries = workspace.list("", 100).entries
    assert [(entry.path, entry.kind) for entry in entries] == [
        ("broken", "other"),
        ("chain", "other"),
        ("dir", "dir"),
        ("dir/deeper", "dir"),
        ("dir/deeper/z", "file"),
        ("dir/inner", "file"),
        ("fifo", "other"),
        ("file", "file"),
        ("folder", "other"),
        ("inside", "other"),
        ("link", "other"),
        ("loop", "other"),
        ("proc", "other"),
        ("up", "other"),
    ]
    assert [entry.path for entry in workspace.list("/workspace/dir", 2).entries] == [
        "dir/deeper",
        "dir/deeper/z",
    ]
    assert workspace.list("dir", 2).unseen == "these are the first 2"
    assert workspace.list("dir", 3).unseen == ""
    assert workspace.list("dir", 0).entries == ()


def test_names_that_are_no_text_are_listed_readably(workspace: Workspace) -> None:
    (workspace.root / os.fsdecode(b"bad\xff")).write_bytes(b"")
    paths = [entry.path for entry in workspace.list("", 100).entries]
    assert "bad\ufffd" in paths
    assert all(path.encode() for path in paths)


def test_a_bottomless_folder_ends(workspace: Workspace) -> None:
    current = workspace.root
    for _ in range(100):
        current = current / "d"
        current.mkdir()
    listing = workspace.list("d", 1000)
    assert len(listing.entries) < 100
    assert "64 levels deep" in listing.unseen


@pytest.mark.parametrize("path", ["secret", "swap/secret"])
def test_a_racing_swap_leaks_nothing(workspace: Workspace, outside: Path, path: str) -> None:
    """Another thread exchanges the real thing and a link to the outside as fast as it can."""
    root, over = workspace.root, threading.Event()
    name = path.split("/", maxsplit=1)[0]
    if name == path:
        (root / name).write_bytes(b"harmless")
        (root / "link2").symlink_to(outside / "secret")
    else:
        (root / name).mkdir()
        (root / path).write_bytes(b"harmless")
        (root / "link2").symlink_to(outside)
    thread = threading.Thread(target=exchange, args=(root / name, root / "link2", over))
    thread.start()
    seen: set[bytes] = set()
    refused = 0
    try:
        for n in range(300_000):
            if n >= 3000 and seen and refused:  # a slow machine needs more to meet both
                break
            try:
                seen.add(workspace.read(path, 100).data)
                if name != path:
                    workspace.write(path, b"harmless")
            except UnsafePath:
                refused += 1
    finally:
        over.set()
        thread.join()
    assert seen == {b"harmless"}
    assert refused
    assert (outside / "secret").read_bytes() == SECRET
    assert [file.name for file in outside.iterdir()] == ["secret"]


def exchange(one: Path, other: Path, over: threading.Event) -> None:
    """Swap two names atomically, again and again, at uneven moments."""
    libc, moments = ctypes.CDLL(None, use_errno=True), random.Random(7)
    here, both = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    while not over.is_set():
        assert libc.renameat2(here, bytes(one), here, bytes(other), both) == 0
        if moments.random() < 0.3:
            os.sched_yield()


def test_the_kernels_way_is_taken_where_it_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    assert safe_open.best() is by_kernel
    monkeypatch.setattr(safe_open, "_SYSCALL", 9999)  # as on a kernel without it, or under seccomp
    assert safe_open.best() is by_steps
