"""As whom the container runs, and to whom its workspace belongs on the host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.errors import SandboxUnavailable

AGENT_UID = 10001
"""The image's user `agent`."""


@dataclass(frozen=True, slots=True)
class Identity:
    """`uid`/`gid` inside the container and their numbers on the host; they must meet on every
    file."""

    uid: int
    gid: int
    host_uid: int
    host_gid: int

    @property
    def user(self) -> str:
        return f"{self.uid}:{self.gid}"


def choose(bot_uid: int, bot_gid: int, info: Mapping[str, Any]) -> Identity:
    """Pick an identity with which both sides can change the workspace's files.

    `info` is the engine's own description. A bot that is root gives the workspace to `agent`; any
    other bot lends the container its own uid, so no file ever changes hands. Raises
    SandboxUnavailable where neither is possible.
    """
    options = {part for line in info.get("SecurityOptions") or () for part in line.split(",")}
    if "name=rootless" in options:
        return Identity(
            0, 0, bot_uid, bot_gid
        )  # root of a rootless container is the engine's own user
    if "name=userns" in options:
        return _remapped(bot_uid, str(info.get("DockerRootDir", "")))
    if bot_uid == 0:
        return Identity(AGENT_UID, AGENT_UID, AGENT_UID, AGENT_UID)
    return Identity(bot_uid, bot_gid, bot_uid, bot_gid)


def _remapped(bot_uid: int, root: str) -> Identity:
    """With userns-remap the engine's root folder ends in "<base uid>.<base gid>"."""
    uid, _, gid = root.rpartition("/")[2].partition(".")
    if bot_uid != 0 or not (uid.isdigit() and gid.isdigit()):
        raise SandboxUnavailable(
            "the Docker engine remaps users (userns-remap), so only root could share a workspace "
            "with a container: run the bot as root, or start the engine without userns-remap"
        )
    return Identity(AGENT_UID, AGENT_UID, int(uid) + AGENT_UID, int(gid) + AGENT_UID)
