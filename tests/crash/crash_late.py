"""A word that comes while the final answer is spoken: too late for it, and never lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crash_reference import final, second
from crash_stage import Deed, Stage, said

from runtime.events import ResponseStart
from runtime.testing.model import Line, Reply
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.policy import Policy

WORD = "What is left?"


@dataclass(frozen=True, slots=True)
class Late:
    """Implements Scene."""

    script: Sequence[Line | Reply] = (final, second)
    policy: Policy = field(default_factory=Policy)
    turn_waits: Mapping[int, str] = field(default_factory=lambda: {0: "late"})
    write_waits: Mapping[str, str] = field(default_factory=dict[str, str])

    def furnish(self, sandbox: FakeSandbox, stage: Stage) -> None:
        """No command runs."""

    def react(self, stage: Stage, now: datetime) -> Deed | None:
        if not stage.said("first"):
            return said("first", "Clean the folder")
        speaking = any(isinstance(fact, ResponseStart) for fact in stage.facts)
        return said("late", WORD) if speaking and not stage.said("late") else None

    def over(self, stage: Stage) -> bool:
        return stage.said("late") and stage.state.run is None and not stage.state.inbox
