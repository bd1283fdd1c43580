"""WorkTime: how long a task was worked on. Waiting for people, and a pause, are no work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class WorkTime:
    """`done` is what the stretches that ended add up to; `since` is when the one that goes on
    began, None while nobody works."""

    done: timedelta = timedelta()
    since: datetime | None = None

    def seconds(self, now: datetime) -> float:
        """All work until `now`. A clock that was set back takes nothing away."""
        running = timedelta() if self.since is None else max(now - self.since, timedelta())
        return (self.done + running).total_seconds()

    def turned(self, at: datetime, *, working: bool) -> WorkTime:
        """From `at` on the task is worked on, or not."""
        if working == (self.since is not None):
            return self
        if working:
            return WorkTime(self.done, at)
        return WorkTime(timedelta(seconds=self.seconds(at)))

    @property
    def as_if_since(self) -> datetime | None:
        """When it would have begun without any wait: what counts from there counts work alone."""
        return None if self.since is None else self.since - self.done


NO_WORK = WorkTime()
