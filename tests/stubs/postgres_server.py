"""A throw-away PostgreSQL server for tests and measurements."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg


@contextmanager
def postgres_server() -> Generator[str]:
    """SQLAlchemy URL of a fresh server's own database; the server ends with the block.

    It listens on a Unix socket in a private folder only, and keeps fsync on: what we measure and
    kill must be what people run. Raises RuntimeError if there is none, or it does not start.
    """
    programs, owner = _programs(), _owner()
    # Not a test's folder: a socket's path is short, and another user must be able to enter.
    home = Path(tempfile.mkdtemp(prefix="aether-pg-"))
    data = home / "data"
    try:
        if owner is not None:
            shutil.chown(home, owner)
        _run(
            owner, programs / "initdb", "--pgdata", data, "--username=aether", "--auth=trust",
            "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions",
        )  # fmt: skip
        url = f"postgresql+psycopg://aether@/postgres?host={home}"
        start(url)
        try:
            yield url
        finally:
            stop(url)
    finally:
        shutil.rmtree(home)


def start(server: str) -> None:
    """Start the server of this URL, which serves when this returns."""
    home = _home(server)
    settings = f"-c listen_addresses='' -c unix_socket_directories='{home}'"
    _control(home, "--log", home / "log", "--options", settings, "start")


def stop(server: str) -> None:
    """As when its machine fails: every connection is cut."""
    _control(_home(server), "--mode=immediate", "stop")


def _home(server: str) -> Path:
    return Path(server.rpartition("host=")[2])


def _control(home: Path, *command: str | Path) -> None:
    control = _programs() / "pg_ctl", "--pgdata", home / "data", "--wait", "--silent"
    _run(_owner(), *control, *command)


@contextmanager
def fresh_database(server: str, name: str) -> Generator[str]:
    """SQLAlchemy URL of an empty database on the server, dropped with the block."""
    with psycopg.connect(
        server.replace("postgresql+psycopg:", "postgresql:"), autocommit=True
    ) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield server.replace("/postgres?", f"/{name}?")
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _programs() -> Path:
    """The newest installed server's folder; Debian keeps it off PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3])
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError("no PostgreSQL server is installed: `make postgres` installs it")
    return Path(on_path).resolve().parent


def _owner() -> str | None:
    """PostgreSQL refuses to run as root: the user it runs as instead, None for ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(owner: str | None, *command: str | Path) -> None:
    # Output goes to a file: the server inherits it, and a pipe would keep us until its end.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=owner,
            group=None if owner is None else pwd.getpwnam(owner).pw_gid,
            extra_groups=None if owner is None else [],
            cwd="/",
            check=False,
        )
        if done.returncode:
            output.seek(0)
            words = output.read().decode(errors="replace")
            raise RuntimeError(f"{command[0]} failed: {words}")
