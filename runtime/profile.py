"""Profile: what one run is made of. It is resolved when the run starts, kept under its digest, and
taken from the run everywhere; nothing per process decides what a run may do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import TypeVar

from runtime.events import Limits
from runtime.ids import Actor, Address, ArtifactHash, Value
from runtime.ports import SandboxSpec
from runtime.tools.policy import Policy

STANDARD = "standard"
"""The name of the profile that holds where nobody named another."""

Sizes = TypeVar("Sizes", Limits, SandboxSpec)


class Profile(Value):
    """`model` is the name by which the installation opens it, `tools` are names of tools,
    `max_tokens` is the most that the model may write in one turn."""

    name: str = STANDARD
    model: str = ""
    tools: tuple[str, ...] = ()
    policy: Policy = Policy()
    instructions: str = ""
    limits: Limits = Limits()
    max_tokens: int = 8_192
    sandbox: SandboxSpec = SandboxSpec()

    @property
    def canonical(self) -> bytes:
        """The same profile is always the same bytes: the artifact that its digest names."""
        given = self.model_dump(mode="json")
        return json.dumps(given, sort_keys=True, separators=(",", ":")).encode()

    @property
    def digest(self) -> ArtifactHash:
        """sha256 of the canonical form, 64 hex digits."""
        return ArtifactHash(hashlib.sha256(self.canonical).hexdigest())


ProfileFor = Callable[[Address, Actor], Profile]
"""The profile that holds today for a run which this person starts in this thread. Pure."""


def always(profile: Profile) -> ProfileFor:
    """The same for everybody everywhere."""
    return lambda address, actor: profile


def narrowed(recorded: Profile, today: Profile) -> Profile:
    """The profile of a run that goes on, field by field: no more than it began with, and no more
    than such a run gets today. Which model thinks and what it was told are no more or less: those
    stay."""
    return recorded.model_copy(
        update={
            "tools": tuple(name for name in recorded.tools if name in today.tools),
            "policy": recorded.policy.narrowed(today.policy),
            "limits": smaller(recorded.limits, today.limits),
            "max_tokens": min(recorded.max_tokens, today.max_tokens),
            "sandbox": smaller(recorded.sandbox, today.sandbox),
        }
    )


def smaller(one: Sizes, other: Sizes) -> Sizes:
    """The smaller figure of each field."""
    theirs: Mapping[str, float] = dict(other)
    return one.model_copy(update={name: min(size, theirs[name]) for name, size in one})
