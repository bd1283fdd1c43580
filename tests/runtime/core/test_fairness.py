"""Who of those that wait goes next: tables, and what holds for every course of things."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.admission import Admission
from runtime.fairness import Capacity, Queue, Ticket, next_up, places, worth_telling
from runtime.ids import RunId, Seq, SessionId


def ticket(name: str, number: int, *, begun: bool = False) -> Ticket:
    """The person is the first letter."""
    return Ticket(SessionId(name), RunId(name), name[0], number, begun)


def order(capacity: Capacity, *waiting: Ticket, inside: tuple[Ticket, ...] = ()) -> list[str]:
    """In which order they are let in where each that is inside leaves at once."""
    queue, names, count = Queue(waiting, inside), list[str](), 100
    while found := next_up(queue, capacity):
        names.append(found.session)
        count += 1
        left = tuple(t for t in queue.waiting if t is not found)
        queue = Queue(left, queue.inside, {**queue.served, found.person: count})
    return names


A1, A2, A3 = ticket("a1", 1), ticket("a2", 2), ticket("a3", 3)
B4, B5, C6 = ticket("b4", 4), ticket("b5", 5), ticket("c6", 6)


@pytest.mark.parametrize(
    ("waiting", "names"),
    [
        ((A1, A2, A3), ["a1", "a2", "a3"]),
        ((A3, A1, A2), ["a1", "a2", "a3"]),
        ((A1, A2, A3, B4, B5, C6), ["a1", "b4", "c6", "a2", "b5", "a3"]),
        ((A1, A2, ticket("a9", 9, begun=True)), ["a9", "a1", "a2"]),
        ((), []),
    ],
)
def test_people_take_turns_and_each_persons_tasks_go_in_order(
    waiting: tuple[Ticket, ...], names: list[str]
) -> None:
    assert order(Capacity(total=1), *waiting) == names
    told = places(Queue(waiting))
    assert sorted(told, key=told.__getitem__) == names
    assert sorted(told.values()) == list(range(len(names)))


@pytest.mark.parametrize(
    ("capacity", "inside", "next_one"),
    [
        (Capacity(), (A1, A2), "a3"),
        (Capacity(total=2), (A1, A2), None),
        (Capacity(total=3), (A1, A2), "a3"),
        (Capacity(total=9, per_person=2), (A1, A2), "b4"),
        (Capacity(per_person=1), (A1, B5), None),
    ],
)
def test_who_has_enough_places_is_passed(
    capacity: Capacity, inside: tuple[Ticket, ...], next_one: str | None
) -> None:
    found = next_up(Queue((A3, B4), inside), capacity)
    assert (found.session if found else None) == next_one


def test_fifty_edits_are_not_made_for_fifty_places() -> None:
    told, made = 50, list[int]()
    for now in range(49, -1, -1):
        if worth_telling(told, now):
            told = now
            made.append(now)
    assert made == [25, 12, 6, 3, 2, 1, 0]
    assert worth_telling(2, 5)
    assert not worth_telling(4, 5)


class Course:
    """Three people with four tasks each, which ask, end and fall over in any order."""

    def __init__(self, capacity: Capacity) -> None:
        self.capacity = capacity
        self.inside, self.waiting = set[int](), list[int]()
        self.let_in: list[int] = []
        self.admission = Admission(capacity, self.notify)

    def notify(self, name: SessionId, at_once: bool) -> None:
        if at_once:
            self.let_in.append(int(name))

    def ask(self, task: int) -> None:
        name = SessionId(str(task))
        if self.admission.ask(Ticket(name, RunId(name), str(task % 3))) is None:
            self.inside.add(task)
        elif task not in self.waiting:
            self.waiting.append(task)
            self.admission.rest(name, Seq(1), 0)

    def leave(self, task: int) -> None:
        self.inside.discard(task)
        if task in self.waiting:
            self.waiting.remove(task)
        self.admission.leave(SessionId(str(task)))

    def fall(self, task: int) -> None:
        self.inside.discard(task)
        self.admission.break_off(SessionId(str(task)))

    def go_on(self) -> None:
        """Who was let in comes, and is the first of its person's."""
        while self.let_in:
            task = self.let_in.pop(0)
            assert next(other for other in self.waiting if other % 3 == task % 3) == task
            self.waiting.remove(task)
            self.ask(task)
            assert task in self.inside

    def check(self) -> None:
        total, per_person = self.capacity.total, self.capacity.per_person
        assert not total or len(self.inside) <= total
        theirs = Counter(task % 3 for task in self.inside)
        assert not per_person or all(count <= per_person for count in theirs.values())


STEPS = st.lists(st.tuples(st.sampled_from(("ask", "leave", "fall")), st.integers(0, 11)))


@given(steps=STEPS, total=st.integers(0, 4), per_person=st.integers(0, 2))
def test_limits_hold_and_nobody_is_passed_for_ever(
    steps: list[tuple[Literal["ask", "leave", "fall"], int]], total: int, per_person: int
) -> None:
    course = Course(Capacity(total, per_person))
    for what, task in steps:
        getattr(course, what)(task)
        course.go_on()
        course.check()
    for _ in range(12):  # whoever is inside ends: everybody who waits comes in, soon
        if course.inside:
            course.leave(min(course.inside))
            course.go_on()
            course.check()
    assert not course.waiting


def test_a_crowd_that_never_ends_passes_nobody() -> None:
    """New people come with each place that frees, for ever."""
    let_in: list[SessionId] = []
    admission = Admission(Capacity(total=1), lambda name, at_once: let_in.append(name))

    def ask(name: str, person: str) -> int | None:
        return admission.ask(Ticket(SessionId(name), RunId(name), person))

    assert ask("first", "ann") is None
    assert [ask("second", "ann"), ask("third", "ann")] == [0, 1]
    now, served = "first", list[str]()
    for stranger in range(20):
        ask(f"s{stranger}", f"person {stranger}")
        admission.leave(SessionId(now))
        now = let_in.pop()
        ask(now, "")
        served.append(now)
    assert served.index("second") == 0
    assert served.index("third") <= 3


def test_a_thread_that_goes_on_with_another_task_takes_its_turn() -> None:
    let_in: list[SessionId] = []
    admission = Admission(Capacity(total=1), lambda name, at_once: let_in.append(name))
    assert admission.ask(Ticket(SessionId("t"), RunId("t.1"), "ann")) is None
    assert admission.ask(Ticket(SessionId("u"), RunId("u.1"), "bob")) == 0
    assert admission.ask(Ticket(SessionId("t"), RunId("t.2"), "ann")) == 0
    assert let_in == ["u"]
