"""Admission: which tasks may work, call the model or use a container now. Only hints live here; a
restart lines up from the journal.

A task that waits is rows: its session stays awake, nobody claims it, and no task of the event loop
stands for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

from runtime.events import WaitsFor
from runtime.fairness import Capacity, Queue, Ticket, ahead, next_up, places, worth_telling
from runtime.ids import RunId, Seq, SessionId

Stir = Callable[[SessionId, bool], None]
"""Have a session driven; True: it is let in, so at once."""


class Admission:
    """Places of one kind for tasks, and the queue before them."""

    def __init__(self, capacity: Capacity, notify: Stir, what: WaitsFor = "place") -> None:
        self.capacity, self._stir = capacity, notify
        self.what: WaitsFor = what
        self._queue = Queue()
        self._counts = itertools.count(1)
        self._let_in: set[SessionId] = set()  # and not driven since
        self._resting: dict[SessionId, tuple[Seq, int]] = {}

    @property
    def is_limited(self) -> bool:
        return self.capacity != Capacity()

    @property
    def inside(self) -> set[SessionId]:
        """Who has a place."""
        return {ticket.session for ticket in self._queue.inside}

    def ask(self, asked: Ticket) -> int | None:
        """None: the task has a place, until `leave`. Else how many go before it. The ticket's
        number is given here."""
        session, run_id = asked.session, asked.run_id
        if self._of(session, self._queue.inside, run_id):
            self._let_in.discard(session)
            return None
        ticket = self._of(session, self._queue.waiting, run_id)
        if ticket is None:
            self.leave(session)  # it went on to another task, which takes its own turn
            ticket = replace(asked, number=next(self._counts))
            self._queue = replace(self._queue, waiting=(*self._queue.waiting, ticket))
        if next_up(self._queue, self.capacity) is ticket:
            self._enter(ticket)
            return None
        return ahead(self._queue, ticket)

    def rest(self, session: SessionId, head: Seq, told: int) -> None:
        """It was told its place, and nothing is to be done at this head."""
        if self.waits(session):
            self._resting[session] = (head, told)

    def rests(self, session: SessionId, head: Seq) -> bool:
        """Whether it waits and nothing came for it: no word, no place, no new number."""
        return session in self._resting and self._resting[session][0] == head

    def waits(self, session: SessionId) -> bool:
        return self._of(session, self._queue.waiting) is not None

    def break_off(self, session: SessionId) -> None:
        """Its driver fell: its place goes to the next, its turn in the queue is kept."""
        if session not in self._let_in and self._of(session, self._queue.inside):
            self.leave(session)

    def leave(self, session: SessionId) -> None:
        """Give back what it has, or wait no longer."""
        queue = self._queue
        waiting = tuple(ticket for ticket in queue.waiting if ticket.session != session)
        inside = tuple(ticket for ticket in queue.inside if ticket.session != session)
        if (waiting, inside) == (queue.waiting, queue.inside):
            return
        self._queue = replace(queue, waiting=waiting, inside=inside)
        self._let_in.discard(session)
        self._resting.pop(session, None)
        self._go_on()

    def _go_on(self) -> None:
        while ticket := next_up(self._queue, self.capacity):
            self._enter(ticket)
            self._let_in.add(ticket.session)
            self._stir(ticket.session, True)
        for session, now in places(self._queue).items() if self._resting else ():
            if session in self._resting and worth_telling(self._resting[session][1], now):
                del self._resting[session]
                self._stir(session, False)

    def _enter(self, ticket: Ticket) -> None:
        queue = self._queue
        self._queue = Queue(
            tuple(other for other in queue.waiting if other is not ticket),
            (*queue.inside, ticket),
            {**queue.served, ticket.person: next(self._counts)},
        )
        self._resting.pop(ticket.session, None)

    @staticmethod
    def _of(
        session: SessionId, tickets: tuple[Ticket, ...], run_id: RunId | None = None
    ) -> Ticket | None:
        return next(
            (t for t in tickets if t.session == session and run_id in (None, t.run_id)), None
        )
