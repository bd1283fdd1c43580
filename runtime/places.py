"""Places: what a step of a task needs before it may begin, and what is told while it waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from runtime.admission import Admission
from runtime.containers import Containers
from runtime.decide.calls import Attach, RunTool
from runtime.decide.next import CallModel, Effect
from runtime.events import RunAdmitted, RunQueued
from runtime.facts import Parked, PlannedCall
from runtime.fairness import Ticket, worth_telling
from runtime.folds.state import Run
from runtime.ids import Address, Seq, SessionId
from runtime.perform.segment import Segment
from runtime.ports import Clock

InContainer = Callable[[Segment, PlannedCall], Awaitable[bool]]
"""Whether a call needs a container."""


@dataclass(frozen=True, slots=True)
class Places:
    """The queues of one database. A task that waits in one of them keeps its place among `runs`;
    its container may be needed by others."""

    runs: Admission
    model_calls: Admission
    containers: Containers
    clock: Clock

    @property
    def every(self) -> tuple[Admission, ...]:
        return self.runs, self.model_calls, self.containers.queue

    async def admits(self, segment: Segment, effect: Effect, in_container: InContainer) -> bool:
        """Whether the effect may begin now. If not, this is put on the record and ends the
        segment; if the task had to wait, its admission is, and what to do is decided anew."""
        queues = await self._needed(segment, effect, in_container)
        run = segment.state.run
        for queue in queues:
            assert run is not None, "only a task works"
            ahead = queue.ask(ticket(segment.session, segment.address, run))
            if ahead is not None:
                await self._wait(segment, queue, run.queued, ahead)
                return False
        if not queues or run is None or run.queued is None:
            return True
        await segment.record((RunAdmitted(),))
        return False

    async def _needed(
        self, segment: Segment, effect: Effect, in_container: InContainer
    ) -> Sequence[Admission]:
        """What people decide, stop or are asked never waits for a place."""
        match effect:
            case CallModel():
                return self.runs, self.model_calls
            case RunTool(call=call) | Attach(call=call):
                used = (self.containers.queue,) if await in_container(segment, call) else ()
                return (self.runs, *used)
            case _:
                return ()

    async def _wait(
        self, segment: Segment, queue: Admission, told: RunQueued | None, ahead: int
    ) -> None:
        news: tuple[RunQueued, ...] = ()
        if told is None or told.waits_for != queue.what or worth_telling(told.ahead, ahead):
            since = told.since if told else self.clock.now()
            told = RunQueued(ahead=ahead, since=since, waits_for=queue.what)
            news = (told,)
        if await segment.record((*news, Parked(queued=True))):
            queue.rest(segment.session, segment.state.head, told.ahead)

    def rests(self, session: SessionId, head: Seq) -> bool:
        """Whether it waits and nothing came for it."""
        return any(queue.rests(session, head) for queue in self.every)

    def called(self, session: SessionId) -> None:
        """A call of the model has ended."""
        self.model_calls.leave(session)

    def ended(self, session: SessionId, *, queued: bool) -> None:
        """No place outlasts a segment; one in a queue does, and that among `runs` with it."""
        self.containers.ended(session)
        for queue in self.every:
            if not queued:
                queue.leave(session)
            elif queue is not self.runs:
                queue.break_off(session)

    def fell(self, session: SessionId) -> None:
        """The segment did not come to its end."""
        self.containers.ended(session)
        for queue in self.every:
            queue.break_off(session)


def ticket(session: SessionId, address: Address, run: Run) -> Ticket:
    channel = f"{address.platform}:{address.team}:{address.channel}" if address.channel else ""
    return Ticket(
        session=session,
        run_id=run.run_id,
        person=f"{address.platform}:{run.requester.id}",
        begun=run.turn > 0,
        channel=channel,
    )
