"""The journal: sessions, their entries, and the messages they posted.

It names every column itself: tables.py moves on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TIME = sa.DateTime(timezone=True)
_IS_OPEN = "settled_seq < shown_seq OR due_at IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("address", sa.JSON, nullable=False),
        sa.Column("head", sa.Integer, nullable=False),
        sa.Column("shown_seq", sa.Integer, nullable=False),
        sa.Column("settled_seq", sa.Integer, nullable=False),
        sa.Column("awake", sa.Boolean, nullable=False),
        sa.Column("due_at", _TIME),
        sa.Column("updated_at", _TIME, nullable=False),
    )
    op.create_index(
        "sessions_open",
        "sessions",
        ["due_at"],
        # SQLite uses the index only for a condition that is spelled the same.
        sqlite_where=sa.text(f"awake = 1 OR {_IS_OPEN}"),
        postgresql_where=sa.text(f"awake OR {_IS_OPEN}"),
    )
    op.create_table(
        "entries",
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.session_id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("run_id", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("session_id", "key", name="entries_key"),
    )
    op.create_table(
        "refs",
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.session_id"), primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("ref", sa.JSON),
        sa.Column("intended_at", _TIME, nullable=False),
    )
