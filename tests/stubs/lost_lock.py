"""How a process that serves a database loses its lock while it lives."""

from __future__ import annotations

from pathlib import Path

import psycopg


def lock_file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///") + ".lock")


async def cut(url: str) -> None:
    """As an administrator or a restart of the server does: every connection ends."""
    async with await psycopg.AsyncConnection.connect(
        url.replace("postgresql+psycopg:", "postgresql:"), autocommit=True
    ) as admin:
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def lose(url: str) -> None:
    if url.startswith("sqlite"):
        lock_file(url).unlink()
    else:
        await cut(url)
