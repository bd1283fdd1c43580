"""What a platform lets an application spend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `calls` in any `window` seconds, shared by everything that names it: the name holds
    application, workspace and method, and the channel where the platform counts by channel. A
    `pace` is a limit of our own: it counts from the beginning of a call, however long it takes."""

    name: str
    calls: int
    window: float
    pace: bool = False

    def __hash__(self) -> int:
        return hash(self.name)  # accounts are looked up at each claim
