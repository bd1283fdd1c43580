"""What the operator decides about the sandbox, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Of the installation; what differs from run to run is a `runtime.ports.SandboxSpec`. Read
    once, by whoever composes the bot."""

    workspace_root: Path
    """Absolute folder of all workspaces, one folder per session below it."""

    instance: str
    """Names this installation on a shared engine; only containers that carry it are ever
    touched."""

    image: str = "aether-sandbox:0.1.0"
    workspace_mb: int = 2048
    """MiB that a workspace may take of its disk; 0: no limit."""

    workspace_files: int = 100_000
    """Files and folders of a workspace; 0: no limit."""

    disk_reserve_mb: int = 512
    """MiB that stay free on the disk of the workspaces, where the journal lies too; 0: nothing is
    kept."""

    workspace_host_root: Path | None = None
    """The same folder as the engine sees it, where the bot itself runs in a container."""

    ttl: float = 86_400
    """Seconds after which a container ends by itself, even if the bot never comes back."""

    docker_host: str | None = None
    """Engine address such as unix:///var/run/docker.sock; None: DOCKER_HOST, else that default."""

    runtime: str | None = None
    """OCI runtime such as "runsc" (gVisor); None: the engine's default."""
