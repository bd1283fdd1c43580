"""Objects as they stand on the wire."""

from __future__ import annotations

from typing import Any, cast

Json = dict[str, Any]
"""Slack's payloads are open; whoever reads one checks it."""


def listed(source: Json, name: str) -> list[Json]:
    """The objects under a name; none where there is nothing."""
    return cast("list[Json]", source.get(name) or [])
