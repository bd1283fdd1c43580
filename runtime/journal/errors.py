"""Database errors in words: what happened, to which database, and what to do."""

from __future__ import annotations

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)

from runtime.errors import JournalUnavailable

_LOCKED = "another program holds it locked; close that program"
_FULL = "its disk is full; free some space"
_GONE = "the server does not answer; start it or correct the URL"

_REMEDIES = {
    "disk is full": _FULL,
    "no space left": _FULL,
    "database is locked": _LOCKED,
    "lock timeout": _LOCKED,
    "readonly": "it is read-only; let this user write the file and its folder",
    "unable to open": "it cannot be opened; check the path and who may write there",
    "disk i/o": "its disk fails or lets no file grow; check the disk and its quotas",
    "malformed": "the file is damaged; restore it from a backup",
    "not a database": "the file is no SQLite database; name another one",
    "resolve host": "nobody knows that host; correct the URL",
    "authentication failed": "the server refuses the password; correct the URL",
    "does not exist": "the server does not know it; create it or correct the URL",
    "too many clients": "the server has no connection left; raise its max_connections",
    "connection": _GONE,
    "starting up": _GONE,
    "shutting down": _GONE,
}
_OTHER = "the reason is the database's own"

_NEVER = (DataError, IntegrityError, NotSupportedError, ProgrammingError)


def explained(error: DBAPIError, place: str) -> Exception:
    """JournalUnavailable for what a retry may heal, ValueError for what the database will never
    take."""
    said = " ".join(str(error.orig).split())
    if isinstance(error, _NEVER):
        return ValueError(f"database {place} refuses what should be written: {said}")
    lowered = said.lower()
    remedy = next((remedy for sign, remedy in _REMEDIES.items() if sign in lowered), _OTHER)
    return JournalUnavailable(f"database {place} cannot be used: {remedy} ({said})")
