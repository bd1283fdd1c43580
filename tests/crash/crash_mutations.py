"""Three ways to break the rules of the journal. Each must turn a scenario red, or it sees nothing.

The names are replaced where production code looks them up, in the child alone: a seam for them
would be an option that nobody may ever use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crash_points import FatalJournal

import runtime.driver
from runtime.facts import Fact
from runtime.ids import Seq, SessionId, WorkerId
from runtime.perform.segment import Segment
from runtime.ports import Journal


class Claimless(Segment):
    """Begins without a claim: nobody is ever fenced."""

    async def claim(self, worker: WorkerId, head: Seq) -> bool:
        return True


class Redoing(Segment):
    """Throws a result away when something came in between: the effect is decided anew."""

    async def result(self, facts: Sequence[Fact]) -> None:
        await self.record(facts)


@dataclass(frozen=True, slots=True)
class Unsettling(FatalJournal):
    """Finds only what is awake or due: `settled_seq` is ignored."""

    async def open_work(self, now: datetime) -> list[SessionId]:
        rows = [await self.session(session) for session in await self.inner.open_work(now)]
        return [
            row.session_id
            for row in rows
            if row and (row.awake or (row.due_at and row.due_at <= now))
        ]


def mutated(name: str, journal: FatalJournal) -> Journal:
    """Break this process. An empty name breaks nothing."""
    match name:
        case "no claim":
            runtime.driver.Segment = Claimless
        case "redo":
            runtime.driver.Segment = Redoing
        case "settled ignored":
            return Unsettling(journal.inner, journal.fate, journal.settled_told)
        case _:
            assert not name, name
    return journal
