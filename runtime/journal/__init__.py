"""The record: an append-only journal in SQLite or PostgreSQL, and the files beside it."""

from runtime.journal.artifacts import FileArtifacts
from runtime.journal.lock import DatabaseLock, exclusive
from runtime.journal.refs import Posting, Refs
from runtime.journal.store import SqlJournal
from runtime.journal.transaction import Transaction

__all__ = [
    "DatabaseLock",
    "FileArtifacts",
    "Posting",
    "Refs",
    "SqlJournal",
    "Transaction",
    "exclusive",
]
