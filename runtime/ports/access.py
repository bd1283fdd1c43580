"""The port through which doors ask who may do what, and the one that knows who is where."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from runtime.ids import Actor, Address

Verb = Literal["read", "start", "steer", "stop", "pause", "approve", "revoke", "configure"]
"""What somebody may do with a session. `pause` is to go on, too; `approve` is any decision."""


@dataclass(frozen=True, slots=True)
class Yes:
    """They may."""


@dataclass(frozen=True, slots=True)
class No:
    """They may not; the sentence tells them why."""

    reason: str


Membership = Callable[[Address, Actor], Awaitable[bool | None]]
"""Whether somebody is in the channel of a thread now; None if it cannot be known. Never raises."""


async def nobody_knows(address: Address, actor: Actor) -> bool | None:
    """For programs without chat platforms."""
    return None
