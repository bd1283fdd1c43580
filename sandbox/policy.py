"""What a container may do: the one place where its walls are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docker.types import HostConfig, LogConfig, Mount, Ulimit

from runtime.ports import SandboxSpec
from sandbox.identity import Identity

WORKSPACE = "/workspace"
HOME = "/home/agent"

_MIB = 1 << 20
_FILE_MIB = 256
"""Largest single file; a bind mount has no quota of its own."""

_RUN_MIB = 32
"""/run holds the call records: 8 ended ones of 1 MiB and as many live ones, with room to spare."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits of one container, all of them proved against the engine."""

    memory: int
    nano_cpus: int
    pids: int
    tmp_mib: int
    runtime: str | None

    @classmethod
    def of(cls, spec: SandboxSpec, runtime: str | None) -> Policy:
        return cls(
            memory=spec.memory_mb * _MIB,
            nano_cpus=round(spec.cpus * 1e9),
            pids=spec.pids,
            tmp_mib=spec.tmp_mb,
            runtime=runtime,
        )

    def host_config(self, api_version: str, source: str, identity: Identity) -> HostConfig:
        """The engine's HostConfig; `source` is the workspace folder as the engine's host names
        it."""
        return HostConfig(
            version=api_version,
            network_mode="none",
            mem_limit=self.memory,
            memswap_limit=self.memory,  # equal to memory: no swap beside it
            nano_cpus=self.nano_cpus,
            pids_limit=self.pids,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges:true"],  # seccomp: the engine's default profile
            read_only=True,
            ipc_mode="private",
            auto_remove=True,
            oom_score_adj=500,  # the host's own processes survive longer
            ulimits=_ulimits(),
            tmpfs=self._tmpfs(identity),
            log_config=LogConfig(type="none"),
            mounts=[Mount(WORKSPACE, source, type="bind")],
            runtime=self.runtime,
        )

    def _tmpfs(self, identity: Identity) -> dict[str, str]:
        # Docker's default is noexec, which breaks virtual environments and compiled tests.
        own = f"uid={identity.uid},gid={identity.gid},mode=0700"
        return {
            "/tmp": f"rw,exec,nosuid,nodev,mode=1777,size={self.tmp_mib}m",  # noqa: S108  a mount
            HOME: f"rw,exec,nosuid,nodev,{own},size={self.tmp_mib}m",
            "/run": f"rw,noexec,nosuid,nodev,{own},size={_RUN_MIB}m",
        }


def environment() -> dict[str, str]:
    """Variables of every process inside; nothing of the bot's own environment is among them."""
    return {
        "HOME": HOME,
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONUNBUFFERED": "1",  # output arrives as it is written
        "TERM": "dumb",
    }


def _ulimits() -> list[Ulimit]:
    limits: dict[str, Any] = {"nofile": 1024, "core": 0, "fsize": _FILE_MIB * _MIB}
    return [Ulimit(name=name, soft=value, hard=value) for name, value in limits.items()]
