"""Snapshots of the folds; and where a session lives, as columns that queries can filter by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_PARTS = ("platform", "team", "channel")


def upgrade() -> None:
    op.create_table(
        "snapshots",
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.session_id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("view", sa.Text, nullable=False),
    )
    for part in _PARTS:
        op.add_column("sessions", sa.Column(part, sa.Text, nullable=False, server_default=""))
    places = sa.table("sessions", sa.column("address", sa.JSON), *map(sa.column, _PARTS))
    found = {part: sa.func.coalesce(places.c.address[part].as_string(), "") for part in _PARTS}
    op.execute(places.update().values(found))
    op.create_index("sessions_newest", "sessions", ["updated_at"])
    op.create_index("sessions_place", "sessions", [*_PARTS, "updated_at"])
