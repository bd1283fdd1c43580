"""Risk, gates, grants, and who may decide. Pure: callers bring the clock and the journal's
state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from runtime.ids import Actor, ApprovalId, CallId, GrantId, RunId, Value


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


class Duration(StrEnum):
    """For how long an approval holds. `once` leaves no grant behind."""

    ONCE = "once"
    RUN = "run"
    QUARTER = "15m"
    HOUR = "1h"
    THREAD = "thread"


_WITHIN = {
    Duration.THREAD: (Duration.RUN, Duration.HOUR, Duration.QUARTER),
    Duration.HOUR: (Duration.QUARTER,),
}
"""Which durations a longer one includes; all include `once`."""

_LASTS = {Duration.QUARTER: timedelta(minutes=15), Duration.HOUR: timedelta(hours=1)}


class Subject(Value):
    """What a call acts on: an exact command, a path (grants cover everything below), or
    host:port."""

    kind: Literal["exact", "path", "host"] = "exact"
    value: str = ""


class Rule(Value):
    """Who may decide a gate. People and roles add to each other; `votes` is 1 or 2 different
    people."""

    requester: bool = True
    anyone: bool = False
    people: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    not_requester: bool = False
    votes: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True)
class Gate:
    """An approval that was asked for, and the votes it has."""

    approval_id: ApprovalId
    call_id: CallId
    tool: str
    operation: str
    risk: Risk
    subject: Subject
    rule: Rule
    requester: Actor
    run_id: RunId
    expires_at: datetime
    remind_at: datetime | None = None
    fingerprint: str = ""
    """Of what people were shown, `ApprovalRequired.fingerprint`."""
    approvers: tuple[Actor, ...] = ()
    duration: Duration | None = None
    """What the approvers agree on so far."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission for later calls that look the same."""

    grant_id: GrantId
    tool: str
    subject: Subject
    risk: Risk
    duration: Duration
    run_id: RunId
    expires_at: datetime | None
    by: Actor

    def covers(self, tool: str, subject: Subject, risk: Risk, run: RunId, now: datetime) -> bool:
        """Same tool, risk not higher, subject covered, and still in force at `now`."""
        return (
            self.tool == tool
            and risk.level <= self.risk.level
            and _within(subject, self.subject)
            and self._in_force(run, now)
        )

    def _in_force(self, run: RunId, now: datetime) -> bool:
        if self.expires_at is not None:
            return now < self.expires_at
        return self.duration is Duration.THREAD or self.run_id == run


def _within(subject: Subject, granted: Subject) -> bool:
    if subject.kind != granted.kind:
        return False
    if granted.kind == "path":
        folder = granted.value.rstrip("/")
        return subject.value == folder or subject.value.startswith(folder + "/")
    return subject.value == granted.value


def agreed(one: Duration | None, other: Duration) -> Duration:
    """What two people both allow: the shorter duration, `once` where neither includes the other.
    None is nobody's word yet."""
    if one is None or one is other or other in _WITHIN.get(one, ()):
        return other
    return one if one in _WITHIN.get(other, ()) else Duration.ONCE


def expiry(duration: Duration, now: datetime) -> datetime | None:
    """When a grant of this duration ends by the clock; None if it ends with its run or thread."""
    lasts = _LASTS.get(duration)
    return None if lasts is None else now + lasts


def needs_approval(mode: Mode, risk: Risk, *, effects: bool) -> bool:
    """Whether a call must be asked for, before grants are looked at."""
    match mode:
        case Mode.ASK:
            return effects or risk is not Risk.LOW
        case Mode.SEMI:
            return risk.level >= Risk.MEDIUM.level
        case Mode.AUTO:
            return risk is Risk.HIGH


def may_decide(rule: Rule, requester: Actor, actor: Actor) -> str | None:
    """None if the actor may vote on the gate, else the sentence that tells them why not."""
    if rule.not_requester and actor.id == requester.id:
        return "This needs somebody other than the person who asked for the task."
    if rule.anyone or _named(rule, requester, actor):
        return None
    return f"You cannot decide this. It is for {who(rule, requester)}."


def _named(rule: Rule, requester: Actor, actor: Actor) -> bool:
    is_requester = rule.requester and not rule.not_requester and actor.id == requester.id
    return is_requester or actor.id in rule.people or bool(set(actor.roles) & set(rule.roles))


def who(rule: Rule, requester: Actor) -> str:
    """The people a rule names, in words."""
    names: list[str] = []
    if rule.anyone:
        names.append("anyone in the thread")
    elif rule.requester and not rule.not_requester:
        names.append(requester.name or requester.id)
    names += [*rule.people, *(f"anyone with the role {role}" for role in rule.roles)]
    text = " or ".join(names) or "nobody (the rule names no one)"
    text += ", but not the requester" if rule.not_requester else ""
    return text + (", two people" if rule.votes == 2 else "")
