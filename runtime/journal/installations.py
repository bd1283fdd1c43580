"""What must be kept secret between restarts, encrypted in the journal's database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from pydantic import JsonValue
from sqlalchemy import Row, Select, select

from runtime.errors import Misconfigured
from runtime.journal.database import Database
from runtime.journal.operations import Seal
from runtime.journal.tables import installations
from runtime.journal.writer import Writer
from runtime.ports import Clock

VARIABLE = "AETHER_INSTALLATIONS_KEY"
"""Where the operator keeps the key."""


class SqlInstallations:
    """The port `Installations`. The key never reaches the database, and no record leaves it
    unencrypted; who may only read the file learns which workspaces there are."""

    def __init__(self, database: Database, writer: Writer, clock: Clock, key: str) -> None:
        """Raises Misconfigured if `key` is none that `Fernet.generate_key` makes."""
        self._database, self._writer, self._clock = database, writer, clock
        self._fernet = _fernet(key)

    async def get(self, key: str) -> JsonValue:
        """See `runtime.ports.Installations`."""
        query = select(installations.c.sealed).where(installations.c.key == key)
        rows = await self._rows(query)
        return self._opened(key, rows[0].sealed) if rows else None

    async def put(self, key: str, record: JsonValue) -> None:
        sealed = self._fernet.encrypt(json.dumps([key, record]).encode()).decode()
        await self._writer.do(Seal(key, sealed, self._clock.now()))

    async def delete(self, key: str) -> None:
        await self._writer.do(Seal(key, None, self._clock.now()))

    async def keys(self, prefix: str) -> list[str]:
        query = select(installations.c.key).order_by(installations.c.key)
        query = query.where(installations.c.key.startswith(prefix, autoescape=True))
        return [row.key for row in await self._rows(query)]

    def _opened(self, key: str, sealed: str) -> JsonValue:
        try:
            named, record = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken:
            raise Misconfigured(
                f"the installation {key!r} in database {self._database.place} was encrypted with"
                f" another key: set {VARIABLE} to that one, or install the app there again"
            ) from None
        if named != key:  # a row that was moved under another name is nobody's token
            raise Misconfigured(
                f"the installation {key!r} in database {self._database.place} belongs to"
                f" {named!r}: install the app there again"
            )
        return record

    async def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        async with self._database.reading() as connection:
            return (await connection.execute(query)).all()


def _fernet(key: str) -> Fernet:
    try:
        return Fernet(key)
    except (ValueError, TypeError):
        raise Misconfigured(
            f"{VARIABLE} is no key: it is 32 random bytes in URL-safe base64, as printed by `python"
            ' -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"`'
        ) from None
