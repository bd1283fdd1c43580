"""JSON as it goes over the wire."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue

Json = dict[str, JsonValue]


def moment(at: datetime | None) -> str | None:
    """ISO 8601 with microseconds and offset, as Discord writes it."""
    return at.isoformat(timespec="microseconds") if at else None
