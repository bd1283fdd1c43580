"""The port to the place where untrusted work happens."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from runtime.ids import CallId, SessionId, Value


class SandboxSpec(Value):
    """What the container of one run may take: MiB of memory and swap together, processor cores,
    processes and threads, and MiB of /tmp and of the home folder, each, which count as memory."""

    memory_mb: int = 512
    cpus: float = 1.0
    pids: int = 256
    tmp_mb: int = 64


@dataclass(frozen=True, slots=True)
class Command:
    """What runs in the container: argv, standard input, and the time after which everything is
    ended."""

    argv: tuple[str, ...]
    timeout: float
    stdin: bytes = b""
    writes: bool = True
    """Whether it may write files; what only reads is let through when the disk is nearly full."""


@dataclass(frozen=True, slots=True)
class Output:
    """Bytes that the call wrote, decoded (invalid UTF-8 becomes U+FFFD), as they come."""

    text: str
    stream: Literal["stdout", "stderr"] = "stdout"


@dataclass(frozen=True, slots=True)
class Exited:
    """How a call ended. `code` is None when it was ended from outside; `why` then names the
    reason; "quota": the first of `notes` says of what."""

    code: int | None
    why: Literal["exit", "timeout", "oom", "output_limit", "stopped", "quota"]
    seconds: float
    changed: tuple[str, ...] = ()
    """Workspace files that differ after the call: '+a', '-b', '~c', at most 50, relative."""
    notes: tuple[str, ...] = ()
    """Sentences for people and the model, such as what was not looked at."""
    reported: bool = False
    """Nobody saw it end: all of this is what the container, which is not trusted, says."""


Running = AsyncGenerator[Output | Exited, None]
"""Output as it comes, then exactly one `Exited`."""


@dataclass(frozen=True, slots=True)
class FileBytes:
    """The beginning of a file and the size of the whole."""

    data: bytes
    size: int


@dataclass(frozen=True, slots=True)
class FileEntry:
    path: str
    size: int
    kind: Literal["file", "dir", "other"]


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies below a folder. `unseen` says in words why there may be more; empty where these
    are all."""

    entries: tuple[FileEntry, ...]
    unseen: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A running container: its own name, so that a replaced one is noticed,
    and what really isolates it, read from the engine ("Docker, no network, 512 MB")."""

    container: str
    isolation: str


class Sandbox(Protocol):
    """Where untrusted work happens. One box per session: a container that comes and goes, a
    workspace that stays.

    Every verb raises SandboxUnavailable with the remedy when there is no engine or image.
    """

    async def prepare(self, box: SessionId, spec: SandboxSpec) -> Prepared:
        """Have a container of this size running; one of another size is replaced. Idempotent."""
        ...

    def run(self, box: SessionId, call: CallId, command: Command) -> Running:
        """Run under the supervisor, output kept by call id. Leaving the iterator does not end the
        call."""
        ...

    def attach(self, box: SessionId, call: CallId) -> Running:
        """Everything the call wrote so far, then the rest. Raises CallGone if its container is
        gone."""
        ...

    async def boxes(self) -> Sequence[SessionId]:
        """Those that have a container, the oldest first."""
        ...

    async def stop(self, box: SessionId) -> None:
        """End every process of the box; the container stays usable. No box: nothing to do."""
        ...

    async def remove(self, box: SessionId) -> None:
        """Remove the container; the workspace stays. No container: nothing to do."""
        ...

    async def read(self, box: SessionId, path: str, limit: int) -> FileBytes:
        """At most `limit` bytes of a regular file. Raises NotThere, UnsafePath, or ToolError where
        it cannot be read."""
        ...

    async def write(self, box: SessionId, path: str, data: bytes) -> None:
        """Replace or create a regular file (parents are made) by a rename. At most 10 MiB."""
        ...

    async def list(self, box: SessionId, path: str, limit: int) -> Listing:
        """Entries below a directory, depth first, names sorted, at most `limit`, links never
        followed."""
        ...
