"""Grants: permission for later calls, exactly as far as it was shown in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from runtime.approvals.risk import Risk
from runtime.ids import Actor, GrantId, RunId, Value


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
    """What a call acts on: an exact command (`exact`), one file (`path`), a folder with everything
    below it (`folder`), or a host with its port (`host`). `content` is a hash of the files whose
    content belongs to what was approved; empty where content does not matter."""

    kind: Literal["exact", "path", "folder", "host"] = "exact"
    value: str = ""
    content: str = ""


NOTHING = Subject()


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission for later calls, as `coverage` says it in words."""

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
    """The same thing with the same content; below a folder only where a folder was shown. A path
    that takes a detour is below nothing: tools give the canonical one."""
    if granted.kind != "folder":
        return subject == granted
    if subject.kind not in ("folder", "path") or subject.content != granted.content:
        return False
    if not _plain(granted.value) or not _plain(subject.value):
        return False
    inside = subject.value.startswith(f"{granted.value}/")
    return granted.value == _ROOT or inside or (subject == granted)


_ROOT = "."


def _plain(path: str) -> bool:
    """Whether it is relative and canonical; "." is the workspace itself."""
    parts = path.split("/")
    return path == _ROOT or not any(part in ("", ".", "..") for part in parts)


_DOING = {
    "deliver": "delivering",
    "read_file": "reading",
    "write_file": "writing anything to",
    "edit_file": "any change of",
    "list_files": "listing",
    "search_files": "searching for anything in",
}


def coverage(tool: str, subject: Subject) -> str:
    """What a longer yes permits, in words: no more than this passes `Grant.covers`. Names stand in
    quotes with everything unseen written out, so that a name cannot add to the sentence."""
    now = ", as it is now" if subject.content else ""
    doing, value = _DOING.get(tool, f"{tool} with"), repr(subject.value)
    match subject.kind:
        case "exact":
            files = ", with the files it runs as they are now" if subject.content else ""
            return f"exactly this {_said(tool)} and no other{files}"
        case "path":
            title = ", under any title" if tool == "deliver" else ""
            return f"{doing} {value}{now}{title}, and no other file"
        case "folder":
            if subject.value == _ROOT:
                return f"{doing} every file of the workspace"
            return f"{doing} the folder {value} and everything below it"
        case "host":
            return f"{tool} to {value}, and no other host or port"


def exactly(subject: Subject) -> str:
    """What the words of `coverage` point at; "" where they name it."""
    return subject.value if subject.kind == "exact" else ""


def _said(tool: str) -> str:
    return {"shell": "command", "python": "script"}.get(tool, f"call of {tool}")


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
