"""Brings a database to the newest schema. One history for SQLite and PostgreSQL."""

from __future__ import annotations

import threading

from sqlalchemy import Connection, inspect, text

from runtime.errors import Misconfigured

NEWEST = "0003"
"""The last revision of `migrations/versions`."""

_LOCK = 0x41455448  # any number: held while a schema changes, so that two starts take turns


_ALEMBIC = threading.Lock()
"""Its context is a variable of the process: two databases must not be migrated at once."""


def upgrade(connection: Connection) -> None:
    """Apply what is missing, in one transaction; nothing if the schema is the newest.

    Raises Misconfigured if a newer Aether has written this database.
    """
    if connection.dialect.name == "postgresql":
        # On SQLite, BEGIN IMMEDIATE has the same effect.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    found = _revision(connection)
    if found != NEWEST:
        _migrate(connection, found)
    connection.commit()


def _revision(connection: Connection) -> str | None:
    """What the database says it is; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(connection: Connection, found: str | None) -> None:
    # Imported here: a start that finds the newest schema needs no Alembic in memory.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "runtime.journal:migrations")
    config.attributes["connection"] = connection
    try:
        with _ALEMBIC:
            command.upgrade(config, "head")
    except CommandError as error:
        raise Misconfigured(
            f"database {connection.engine.url.render_as_string()} has schema {found}, which this"
            f" version does not know ({error}): start the newer version that wrote it"
        ) from error
