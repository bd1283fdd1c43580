"""The schema as the code sees it; `migrations/` builds it. Times are UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    or_,
)
from sqlalchemy.types import TypeDecorator


class Utc(TypeDecorator[datetime]):
    """An aware datetime in UTC. SQLite keeps it as naive text, which sorts like the times do."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone: the journal takes aware times only")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


METADATA = MetaData()

sessions = Table(
    "sessions",
    METADATA,
    Column("session_id", Text, primary_key=True),
    Column("address", JSON, nullable=False),
    Column("head", Integer, nullable=False),
    Column("shown_seq", Integer, nullable=False),
    Column("settled_seq", Integer, nullable=False),
    Column("awake", Boolean, nullable=False),
    Column("due_at", Utc),
    Column("updated_at", Utc, nullable=False),
    # Of the address: what queries filter by.
    Column("platform", Text, nullable=False, server_default=""),
    Column("team", Text, nullable=False, server_default=""),
    Column("channel", Text, nullable=False, server_default=""),
)

IS_OPEN = or_(
    sessions.c.awake,
    sessions.c.settled_seq < sessions.c.shown_seq,
    sessions.c.due_at.is_not(None),
)
"""What a sweep may find. Its partial index keeps the sweep as small as the open work."""

# Partial, by IS_OPEN: the migration says so. Said here, it would load both dialects.
Index("sessions_open", sessions.c.due_at)
Index("sessions_newest", sessions.c.updated_at)
Index(
    "sessions_place",
    sessions.c.platform,
    sessions.c.team,
    sessions.c.channel,
    sessions.c.updated_at,
)

entries = Table(
    "entries",
    METADATA,
    Column("session_id", Text, ForeignKey("sessions.session_id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("key", Text),
    Column("at", Utc, nullable=False),
    Column("run_id", Text),
    # Text, not JSON: the bytes that were encoded once are the bytes that are stored.
    Column("body", Text, nullable=False),
    UniqueConstraint("session_id", "key", name="entries_key"),
)

snapshots = Table(
    "snapshots",
    METADATA,
    Column("session_id", Text, ForeignKey("sessions.session_id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("version", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("view", Text, nullable=False),
)

installations = Table(
    "installations",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("updated_at", Utc, nullable=False),
)

refs = Table(
    "refs",
    METADATA,
    Column("session_id", Text, ForeignKey("sessions.session_id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("ref", JSON(none_as_null=True)),
    Column("intended_at", Utc, nullable=False),
)
