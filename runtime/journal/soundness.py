"""Whether a SQLite file is sound, as far as can be told within some seconds."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import structlog
from sqlalchemy import Connection

from runtime.errors import JournalUnavailable

log = structlog.get_logger(__name__)

START, THOROUGH = 2.0, 60.0
"""Seconds for a look when the service starts, and for one that somebody asked for."""
_RATE = 150 * 1024 * 1024  # bytes that are read in a second; pages in a row cannot be interrupted
_STEPS = 500  # of SQLite's virtual machine between two looks at the time


def check(connection: Connection, place: str, seconds: float) -> None:
    """`PRAGMA quick_check`, which reads every page; a file that takes longer is believed. Raises
    JournalUnavailable for a damaged one: written on, it would lose more."""
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    if Path(place).stat().st_size > seconds * _RATE:
        log.info("journal.not_checked", database=place, seconds=seconds)
        return
    ends = time.monotonic() + seconds
    raw.set_progress_handler(lambda: time.monotonic() > ends, _STEPS)
    try:
        ((found, *_),) = raw.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        log.info("journal.not_checked", database=place, seconds=seconds)
    except sqlite3.DatabaseError as error:
        raise _damaged(place, str(error)) from error
    else:
        if found != "ok":
            raise _damaged(place, str(found))
    finally:
        raw.set_progress_handler(None, 0)


def _damaged(place: str, why: str) -> JournalUnavailable:
    return JournalUnavailable(
        f"database {place} is damaged ({' '.join(why.split())}): restore the file from a backup, or"
        f" save what can be read with `sqlite3 {place} .recover | sqlite3 new.db`"
    )
