"""Inserts that let what stands there be, or replace it."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, Table
from sqlalchemy.sql.dml import Insert


@cache
def _keeping(dialect: str, table: Table) -> Insert:
    # Imported here: the other database's dialect is 2 MiB that nothing uses.
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table).on_conflict_do_nothing()


@cache
def _replacing(dialect: str, table: Table, column: str) -> Insert:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        new = postgresql.insert(table)
        return new.on_conflict_do_update(
            index_elements=list(table.primary_key), set_={column: new.excluded[column]}
        )
    from sqlalchemy.dialects import sqlite

    row = sqlite.insert(table)
    return row.on_conflict_do_update(
        index_elements=list(table.primary_key), set_={column: row.excluded[column]}
    )


def keeping(connection: Connection, table: Table) -> Insert:
    """Into this table; a row with the same key stays as it is."""
    return _keeping(connection.dialect.name, table)


def replacing(connection: Connection, table: Table, column: str) -> Insert:
    """Into this table; of a row with the same key this column takes the new value."""
    return _replacing(connection.dialect.name, table, column)
