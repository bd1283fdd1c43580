"""FailureStreak: calls that failed one after the other, and what the model is told of them."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.events import ToolCallComplete, ToolCallFailed
from runtime.facts import PlannedCall
from runtime.tools.excerpt import one_line

TOLD_EVERY = 5
"""Failures in a row after which the model is told, and again after as many more."""

_NEUTRAL = frozenset({"denied", "expired", "stopped", "unavailable"})
"""Ends that say nothing about the way that was tried."""

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class FailureStreak:
    """Since the last call that went well. A plan is no work and ends no streak."""

    tried: tuple[str, ...] = ()
    told: int = 0

    def after(self, call: PlannedCall, end: ToolCallComplete | ToolCallFailed) -> FailureStreak:
        """With one more end of a call."""
        match end:
            case _ if call.tool == "plan":
                return self
            case ToolCallFailed(kind=kind) if kind in _NEUTRAL:
                return self
            case ToolCallFailed(kind=kind, message=message):
                what = f"{call.summary}: {kind}, {one_line(message)}"
            case ToolCallComplete(exit_code=int(code), output=output) if code:
                last = one_line(output.strip().rpartition("\n")[2])
                what = f"{call.summary}: exit code {code}, {last}"
            case _:
                return FailureStreak()
        return FailureStreak((*self.tried, what), self.told)

    def read(self) -> FailureStreak:
        """After a turn, which knew the news."""
        return FailureStreak(self.tried, len(self.tried) // TOLD_EVERY)

    @property
    def news(self) -> str:
        """What the model is to know now; nothing where it knows."""
        failed = len(self.tried)
        if failed // TOLD_EVERY <= self.told:
            return ""
        tried = "\n".join(f"- {what}" for what in self.tried[-_SHOWN:])
        way = _ANOTHER if self.told == 0 else _PEOPLE
        return f"[{failed} calls in a row failed. You tried:\n{tried}\n{way}]"


_ANOTHER = "Do not try the same once more: find out why it fails, or take another way."
_PEOPLE = (
    "Another way did not help either. Ask the people in the thread with the tool `ask`, or answer "
    "with what you know and what does not work."
)
