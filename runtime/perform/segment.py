"""One driver's time with a session: it claims, appends at the head it knows, and rebases
results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runtime.decide.next import next_run
from runtime.errors import Fenced
from runtime.events import Phase, RunFinished, RunStarted, StateChange
from runtime.facts import Claimed, Entry, Fact, Parked
from runtime.folds.context import Conversation
from runtime.folds.fold import apply
from runtime.folds.state import RunState
from runtime.ids import Address, RunId, Seq, WorkerId
from runtime.live.hub import Hub
from runtime.ports import Appended, Behind, Clock, Journal, Known
from runtime.profile import Profile
from runtime.profiles import Profiles

_STEP = 60.0
"""Seconds by which wall time and monotonic time may drift apart before it is a step: somebody set
the clock, or the machine slept."""


class Segment:
    """The state at the head as this driver knows it, and the only way to move it."""

    def __init__(
        self,
        address: Address,
        state: RunState,
        conversation: Conversation,
        *,
        journal: Journal,
        hub: Hub,
        clock: Clock,
        profiles: Profiles,
    ) -> None:
        self.session = state.session_id
        self.address = address
        self.state, self.conversation = state, conversation
        self._last: Fact | None = None
        self._journal, self._hub, self._clock, self._profiles = journal, hub, clock, profiles
        self._profile: tuple[RunId, Profile] | None = None
        self._worker: WorkerId | None = None
        self._ahead = self._wall_ahead()

    @property
    def run_id(self) -> RunId | None:
        return self.state.run.run_id if self.state.run else None

    async def profile(self) -> Profile:
        """Of the run, or of the one that is to start."""
        run = self.state.run
        if run is None:
            return self.profile_today()
        if self._profile is None or self._profile[0] != run.run_id:
            self._profile = (run.run_id, await self._profiles.of(self.address, run))
        return self._profile[1]

    def profile_today(self) -> Profile:
        """What a run gets that starts now: for whoever asked for this one, or for the next."""
        return self._today(self.state)

    def _today(self, state: RunState) -> Profile:
        waiting = state.inbox[0].message.actor if state.inbox else state.requester
        asks = state.run.requester if state.run else waiting
        return self._profiles.profile_for(self.address, asks) if asks else Profile()

    @property
    def over(self) -> bool:
        """Whether the last entry ended the segment."""
        return isinstance(self._last, Parked | RunFinished)

    @property
    def queued(self) -> bool:
        """Whether it ended because the task waits for a place."""
        return self._last == Parked(queued=True)

    async def claim(self, worker: WorkerId, head: Seq) -> bool:
        """Begin at exactly this head: from here on every earlier driver is fenced at its next
        append. False if something was appended since, which is read now."""
        self._worker = worker
        if self.state.head == head:
            answer = await self._send((Claimed(worker=worker),))
            if isinstance(answer, Appended):
                return True
        self._fold(await self._journal.read(self.session, self.state.head))
        return False

    async def record(self, facts: Sequence[Fact]) -> bool:
        """Append a decision at exactly this head. False if something came in between: decide again.

        Raises Fenced if another driver claimed the session.
        """
        return not isinstance(await self._append(facts), Behind)

    async def result(self, facts: Sequence[Fact]) -> None:
        """Append what an effect brought, at whatever head: the same facts, never the effect again.

        Raises Fenced if another driver claimed the session.
        """
        while isinstance(await self._append(facts), Behind):
            pass

    async def refresh(self) -> None:
        """Read what came meanwhile. Raises Fenced if another driver claimed the session."""
        self._take(await self._journal.read(self.session, self.state.head))

    async def _append(self, facts: Sequence[Fact]) -> Appended | Behind | Known:
        answer = await self._send(facts)
        match answer:
            case Behind(entries=entries):
                self._take(entries)
            case Known():
                self._take(await self._journal.read(self.session, self.state.head))
            case Appended():
                pass
        return answer

    async def _send(self, facts: Sequence[Fact]) -> Appended | Behind | Known:
        ahead = self._wall_ahead()
        facts = (*self._new_times(ahead), *facts)
        facts = (*facts, *self._handover(facts))
        for fact in facts:
            if isinstance(fact, RunStarted):
                await self._profiles.keep(fact, self.address)
        answer = await self._journal.append(
            self.session, facts, run_id=self.run_id, expect=self.state.head
        )
        if isinstance(answer, Appended):
            self._fold(answer.entries)
            self._ahead = ahead
        return answer

    def _new_times(self, ahead: float) -> Sequence[Fact]:
        """After a step of the clock the segment begins anew, because what lies before a claim does
        not count as work: hours that never passed would use up the run's time."""
        stepped = abs(ahead - self._ahead) > _STEP
        return (Claimed(worker=self._worker),) if stepped and self._worker else ()

    def _wall_ahead(self) -> float:
        """Seconds by which wall time is ahead of monotonic time."""
        return self._clock.now().timestamp() - self._clock.monotonic()

    def _handover(self, facts: Sequence[Fact]) -> Sequence[Fact]:
        """Refuse what the phase table forbids before it is written; and where a run ends while
        somebody's words wait, start the next one in the same append, so that no crash loses
        them."""
        state = self.state
        for n, fact in enumerate(facts, start=1):
            seq = Seq(self.state.head + n)
            state = apply(state, Entry(self.session, seq, self._clock.now(), self.run_id, fact))
        ended = bool(facts) and isinstance(facts[-1], RunFinished)
        return next_run(state, self._today(state)) if ended else ()

    def _take(self, entries: Iterable[Entry]) -> None:
        """Fold what others wrote. Another's claim means that this driver is a zombie."""
        entries = list(entries)
        self._fold(entries)
        if any(isinstance(entry.fact, Claimed) for entry in entries):
            raise Fenced(f"another driver claimed session {self.session}")

    def _fold(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            before = _phase(self.state)
            self.state = apply(self.state, entry)
            self.conversation = self.conversation.after(entry)
            self._last = entry.fact
            after = _phase(self.state)
            if before is not after:
                change = StateChange(before=before, after=after)
                self._hub.broadcast(self.session, entry.run_id, change)


def _phase(state: RunState) -> Phase:
    return state.run.standing.phase if state.run else Phase.IDLE
