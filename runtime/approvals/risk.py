"""Risk: how bad a call may be, and which risks people are asked about."""

from __future__ import annotations

from enum import StrEnum


class Risk(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def level(self) -> int:
        """0 for low, 1 for medium, 2 for high."""
        return ("low", "medium", "high").index(self.value)


class Mode(StrEnum):
    """How much the agent may do by itself: `semi` asks at medium and above, `auto` at high only,
    `ask` for everything with effects."""

    SEMI = "semi"
    AUTO = "auto"
    ASK = "ask"


_STRICT = (Mode.AUTO, Mode.SEMI, Mode.ASK)


def stricter(one: Mode, other: Mode) -> Mode:
    """The one that asks more."""
    return max(one, other, key=_STRICT.index)


def needs_approval(mode: Mode, risk: Risk, *, effects: bool) -> bool:
    """Whether a call must be asked for, before grants are looked at."""
    match mode:
        case Mode.ASK:
            return effects or risk is not Risk.LOW
        case Mode.SEMI:
            return risk.level >= Risk.MEDIUM.level
        case Mode.AUTO:
            return risk is Risk.HIGH
