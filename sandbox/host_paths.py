"""Where the workspaces lie: one folder per session, named alike for the bot and for the engine."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from runtime.ids import SessionId
from sandbox.identity import Identity

_CLOSED = 0o700
_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class HostPaths:
    """`root` as the bot sees it, `host_root` as the engine does (None: the same)."""

    root: Path
    host_root: Path | None

    def path(self, session: SessionId) -> Path:
        """The session's workspace; it may not exist yet."""
        return self.root / _name(session)

    def source(self, session: SessionId) -> str:
        """The same folder in the engine's eyes."""
        return str((self.host_root or self.root).absolute() / _name(session))

    def made(self, session: SessionId) -> Path:
        """The workspace, created if need be."""
        self._shut()
        path = self.path(session)
        path.mkdir(mode=0o700, exist_ok=True)
        return path

    def _shut(self) -> None:
        """The folder of all workspaces, closed to other accounts: the owner of a workspace, who is
        not trusted, may open that one as wide as they like."""
        with suppress(FileNotFoundError):
            if stat.S_IMODE(self.root.stat().st_mode) != _CLOSED:
                self.root.chmod(_CLOSED)
            return
        self.root.mkdir(mode=_CLOSED, parents=True, exist_ok=True)

    def owned(self, session: SessionId, identity: Identity) -> Path:
        """The workspace, created and handed to the container's user."""
        path = self.made(session)
        if os.getuid() == 0:  # any other bot lends its own uid, so nothing changes hands
            os.chown(path, identity.host_uid, identity.host_gid)
        return path


def _name(session: SessionId) -> str:
    """The id where it is a plain name, else its hash: an id never chooses a path."""
    if _PLAIN.fullmatch(session):
        return session
    return hashlib.sha256(session.encode()).hexdigest()
