"""The container that Aether itself runs in, if any, and what its folders are called outside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

_MOUNTS = Path("/proc/self/mountinfo")
# Docker mounts its own hosts, hostname and resolv.conf into every container, from a folder of it.
_OURS = re.compile(r"/containers/([0-9a-f]{64})/")


@cache
def own_container() -> str | None:
    """The id of our container, or None on the bare machine. The hostname would tell it too, unless
    somebody chose another one."""
    try:
        return container_in(_MOUNTS.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None


def container_in(mounts: str) -> str | None:
    """The container id that a mount table betrays."""
    found = _OURS.search(mounts)
    return found[1] if found else None


def outside(folder: Path, container: Mapping[str, Any]) -> Path | None:
    """What a folder of this inspected container is called on the engine's machine; None for one
    that lies on no mount, and so ends with the container."""
    mounts = [
        (PurePosixPath(mount["Destination"]), mount["Source"])
        for mount in container.get("Mounts") or ()
        if folder.is_relative_to(mount["Destination"])
    ]
    if not mounts:
        return None
    inside, source = max(mounts, key=lambda mount: len(mount[0].parts))
    return Path(source) / folder.relative_to(inside)
