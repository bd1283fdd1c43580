"""What a platform lets an application spend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `calls` in any `window` seconds, shared by everything that names it: the name holds
    application, workspace and method, and the channel where the platform counts by channel."""

    name: str
    calls: int
    window: float
