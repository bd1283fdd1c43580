"""Containers at once: where one more is needed, one goes that nobody uses."""

from __future__ import annotations

from runtime.admission import Admission
from runtime.ids import SessionId
from runtime.ports import Prepared, Sandbox, SandboxSpec


class Containers:
    """Whoever uses one has a place in `queue`; which ones there are only the sandbox knows. Those
    of tasks that wait for people, for a place, or for their next task go first."""

    def __init__(self, queue: Admission) -> None:
        self.queue = queue
        self._warm: dict[SessionId, None] = {}  # wanted before a call needs them, the oldest first

    def wants(self, session: SessionId) -> bool:
        """Note that the task may need one soon; whether there is room to have it ready then."""
        wanted = {*self.queue.inside, *self._warm, session}
        if self._limit and len(wanted) > self._limit:
            return False
        self._warm[session] = None
        return True

    async def warm(self, sandbox: Sandbox, session: SessionId, spec: SandboxSpec) -> None:
        """Have it ready, if it is still wanted. Raises SandboxUnavailable."""
        await self._make_room(sandbox)
        if session in self._warm:
            await sandbox.prepare(session, spec)

    async def prepare(self, sandbox: Sandbox, session: SessionId, spec: SandboxSpec) -> Prepared:
        """For a session that has a place. Raises SandboxUnavailable."""
        await self._make_room(sandbox)
        return await sandbox.prepare(session, spec)

    def ended(self, session: SessionId) -> None:
        """Nothing is done there now: its container may go."""
        self._warm.pop(session, None)

    @property
    def _limit(self) -> int:
        return self.queue.capacity.total

    async def _make_room(self, sandbox: Sandbox) -> None:
        """For everybody who uses one or wants one soon."""
        if not self._limit:
            return
        made, used = await sandbox.boxes(), self.queue.inside
        spare = [box for box in made if box not in used and box not in self._warm]
        spare += [box for box in self._warm if box not in used]
        over = len({*made, *used, *self._warm}) - self._limit
        for box in spare[: max(0, over)]:
            if box not in self.queue.inside:  # it may have come since
                self._warm.pop(box, None)
                await sandbox.remove(box)
