"""What really isolates a run, in one line for people: read from the engine, never from our
wishes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MIB = 1 << 20


def describe(container: Mapping[str, Any], info: Mapping[str, Any]) -> str:
    """For example "Docker, no network, 512 MB", from an inspected container and its engine's
    info."""
    host: Mapping[str, Any] = container["HostConfig"]
    runtime = str(host.get("Runtime") or "")
    engine = "Docker with gVisor" if runtime.startswith("runsc") else "Docker"
    parts = [engine, _network(host), _memory(host, info), *_holes(host)]
    return ", ".join(parts)


def _network(host: Mapping[str, Any]) -> str:
    mode = str(host.get("NetworkMode") or "default")
    return "no network" if mode == "none" else f"network open ({mode})"


def _memory(host: Mapping[str, Any], info: Mapping[str, Any]) -> str:
    limit = int(host.get("Memory") or 0)
    if (
        not limit or info.get("MemoryLimit") is False
    ):  # engines without the cgroup ignore the figure
        return "memory not limited"
    return f"{limit // _MIB} MB"


def _holes(host: Mapping[str, Any]) -> list[str]:
    """Walls that should stand and do not."""
    holes: list[str] = []
    if host.get("Privileged"):
        holes.append("privileged")
    if not host.get("ReadonlyRootfs"):
        holes.append("writable system")
    if "ALL" not in (host.get("CapDrop") or ()):
        holes.append("with capabilities")
    return holes
