"""Pure decisions: who runs, what is told, what a failure means, what changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import requests
from docker.errors import DockerException
from hypothesis import given
from hypothesis import strategies as st

from runtime.errors import SandboxUnavailable
from runtime.ids import SessionId
from runtime.ports import SandboxSpec
from sandbox import survey
from sandbox.changes import SHOWN, Snapshot, between, since
from sandbox.errors import EngineSilent, meaning
from sandbox.host_paths import HostPaths
from sandbox.identity import Identity, choose
from sandbox.isolation import describe
from sandbox.policy import Policy
from sandbox.walk import Bounds

PLAIN: dict[str, Any] = {"SecurityOptions": ["name=seccomp,profile=default"]}
REMAPPED: dict[str, Any] = {
    "SecurityOptions": ["name=seccomp,profile=default", "name=userns"],
    "DockerRootDir": "/var/lib/docker/300000.300000",
}
ROOTLESS: dict[str, Any] = {"SecurityOptions": ["name=rootless", "name=seccomp"]}


@pytest.mark.parametrize(
    ("bot", "info", "chosen"),
    [
        (0, PLAIN, Identity(10001, 10001, 10001, 10001)),
        (1000, PLAIN, Identity(1000, 1001, 1000, 1001)),
        (0, REMAPPED, Identity(10001, 10001, 310001, 310001)),
        (1000, ROOTLESS, Identity(0, 0, 1000, 1001)),
        (0, {}, Identity(10001, 10001, 10001, 10001)),
    ],
)
def test_both_sides_meet_on_the_same_files(bot: int, info: Any, chosen: Identity) -> None:
    assert choose(bot, bot and bot + 1, info) == chosen


@pytest.mark.parametrize(("bot", "root"), [(1000, "/docker/300000.300000"), (0, "/docker")])
def test_where_they_cannot_meet_it_is_said(bot: int, root: str) -> None:
    with pytest.raises(SandboxUnavailable, match="userns-remap"):
        choose(bot, bot, REMAPPED | {"DockerRootDir": root})


GOOD: dict[str, Any] = {
    "NetworkMode": "none",
    "Memory": 512 << 20,
    "ReadonlyRootfs": True,
    "CapDrop": ["ALL"],
    "Runtime": "runc",
}


@pytest.mark.parametrize(
    ("host", "info", "text"),
    [
        ({}, {}, "Docker, no network, 512 MB"),
        ({"Runtime": "runsc"}, {}, "Docker with gVisor, no network, 512 MB"),
        ({"NetworkMode": "bridge"}, {}, "Docker, network open (bridge), 512 MB"),
        ({"NetworkMode": ""}, {}, "Docker, network open (default), 512 MB"),
        ({"Memory": 0}, {}, "Docker, no network, memory not limited"),
        ({}, {"MemoryLimit": False}, "Docker, no network, memory not limited"),
        ({"Privileged": True}, {}, "Docker, no network, 512 MB, privileged"),
        ({"CapDrop": None}, {}, "Docker, no network, 512 MB, with capabilities"),
        ({"ReadonlyRootfs": False}, {}, "Docker, no network, 512 MB, writable system"),
    ],
)
def test_what_isolates_is_told_as_it_is(host: Any, info: Any, text: str) -> None:
    assert describe({"HostConfig": GOOD | host}, info) == text


def test_a_runtime_is_passed_on() -> None:
    host = Policy.of(SandboxSpec(), "runsc").host_config("1.41", "/w", Identity(1, 2, 1, 2))
    assert host["Runtime"] == "runsc"
    assert "exec" in host["Tmpfs"]["/tmp"].split(",")
    assert "uid=1,gid=2" in host["Tmpfs"]["/home/agent"]


def test_a_bot_in_a_container_names_the_hosts_folder(tmp_path: Path) -> None:
    folders = HostPaths(tmp_path, Path("/srv/aether"))
    assert folders.path(SessionId("abc")) == tmp_path / "abc"
    assert folders.source(SessionId("abc")) == "/srv/aether/abc"
    assert HostPaths(tmp_path, None).source(SessionId("abc")) == str(tmp_path / "abc")


def wrapped(cause: Exception) -> Exception:
    """As docker-py and urllib3 wrap it."""
    outer = DockerException("Error while fetching server API version")
    outer.__cause__ = requests.ConnectionError(("Connection aborted.", cause), cause)
    return outer


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (PermissionError(13, "Permission denied"), "group `docker`"),
        (FileNotFoundError(2, "No such file"), "install or start Docker"),
        (ConnectionRefusedError(111, "refused"), "install or start Docker"),
        (ConnectionResetError(104, "reset"), "install or start Docker"),
    ],
)
def test_failures_name_their_remedy(cause: Exception, words: str) -> None:
    for error in (cause, wrapped(cause)):
        found = meaning(error, "unix:///s")
        assert isinstance(found, SandboxUnavailable)
        assert words in str(found)
        assert "unix:///s" in str(found)


def test_silence_is_a_fault_of_its_own() -> None:
    assert isinstance(meaning(requests.ReadTimeout(), "unix:///s"), EngineSilent)


# --- changed files -------------------------------------------------------------------------------


def snapshot(root: Path) -> Snapshot | None:
    return survey.survey(root, Bounds(1000)).files


def tree(root: Path) -> dict[str, bytes]:
    files = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    return {path.relative_to(root).as_posix(): data for path, data in files.items()}


NAMES = st.sampled_from(["a", "b", "d/a", "d/b", "e/f/g"])


@given(
    before=st.dictionaries(NAMES, st.binary(max_size=3)),
    after=st.dictionaries(NAMES, st.binary(max_size=3)),
)
def test_changes_are_exactly_the_difference(
    tmp_path_factory: pytest.TempPathFactory, before: dict[str, bytes], after: dict[str, bytes]
) -> None:
    root = tmp_path_factory.mktemp("tree")
    for name, data in before.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    first = snapshot(root)
    for name in before.keys() - after.keys():
        (root / name).unlink()
    for name, data in after.items():
        if before.get(name) != data:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(data)
            os.utime(root / name, (0, 0))  # clocks of some kernels do not tick in between
    told = set(between(first, snapshot(root)))
    expected = {"+" + name for name in after.keys() - before.keys()}
    expected |= {"-" + name for name in before.keys() - after.keys()}
    expected |= {"~" + name for name in before.keys() & after.keys() if before[name] != after[name]}
    assert told == expected


def test_at_most_fifty_and_links_are_not_followed(tmp_path: Path) -> None:
    first = snapshot(tmp_path)
    for n in range(SHOWN + 5):
        (tmp_path / f"f{n:03}").touch()
    (tmp_path / "a-link").symlink_to("/etc")
    told = between(first, snapshot(tmp_path))
    assert len(told) == SHOWN
    assert told[0] == "+a-link"


def test_too_large_or_closed_means_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "b").touch()
    assert snapshot(tmp_path / "none") is None
    monkeypatch.setattr(survey, "LIMIT", 1)  # patched: twenty thousand files take a while
    assert snapshot(tmp_path) is None
    assert between(None, {}) == ()
    assert since(None, 0) == ()


def test_since_a_time(tmp_path: Path) -> None:
    for name, seconds in (("old", 100), ("new", 200)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (seconds, seconds))
    assert since(snapshot(tmp_path), 150_000) == ("~new",)
