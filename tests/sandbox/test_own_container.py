"""A bot in a container knows which one it is, and what its folders are called outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.own_container import container_in, outside

ID = "4f" * 32
INSIDE = f"""\
612 611 0:52 / / rw,relatime - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A
620 612 254:1 /docker/volumes/aether_data/_data /data rw - ext4 /dev/vda1 rw
621 612 254:1 /docker/containers/{ID}/resolv.conf /etc/resolv.conf rw - ext4 /dev/vda1 rw
"""


@pytest.mark.parametrize(
    ("mounts", "found"),
    [
        (INSIDE, ID),
        (INSIDE.replace("/docker/", "/home/ann/.local/share/docker/"), ID),
        ("22 1 254:1 / / rw - ext4 /dev/vda1 rw", None),
        ("22 1 254:1 /containers/notes / rw - ext4 /dev/vda1 rw", None),
        ("", None),
    ],
)
def test_the_mount_table_tells_which(mounts: str, found: str | None) -> None:
    assert container_in(mounts) == found


MOUNTS = {
    "Mounts": [
        {"Destination": "/data", "Source": "/var/lib/docker/volumes/a/_data"},
        {"Destination": "/data/workspaces/big", "Source": "/srv/big"},
        {"Destination": "/database", "Source": "/srv/db"},
    ]
}


@pytest.mark.parametrize(
    ("folder", "place"),
    [
        ("/data/workspaces", "/var/lib/docker/volumes/a/_data/workspaces"),
        ("/data", "/var/lib/docker/volumes/a/_data"),
        ("/data/workspaces/big/x", "/srv/big/x"),
        ("/database", "/srv/db"),
        ("/dat", None),
        ("/app/.aether/workspaces", None),
    ],
)
def test_a_folder_has_another_name_outside(folder: str, place: str | None) -> None:
    assert outside(Path(folder), MOUNTS) == (None if place is None else Path(place))


def test_a_container_without_mounts() -> None:
    assert outside(Path("/data"), {}) is None
