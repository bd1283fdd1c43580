"""Risk, rules and grants, by table."""

from __future__ import annotations

from datetime import timedelta

import pytest
from core_log import ANN, BOB, EVE, RUN, SESSION

from runtime.approvals import (
    Duration,
    Grant,
    Mode,
    Risk,
    Rule,
    Subject,
    agreed,
    expiry,
    may_decide,
    needs_approval,
    who,
)
from runtime.ids import Actor, GrantId, run_id
from runtime.testing.clock import START

LOW, MEDIUM, HIGH = Risk.LOW, Risk.MEDIUM, Risk.HIGH
NEXT = run_id(SESSION, 2)


@pytest.mark.parametrize(
    ("mode", "effects", "asked"),
    [
        (Mode.SEMI, True, {MEDIUM, HIGH}),
        (Mode.SEMI, False, {MEDIUM, HIGH}),
        (Mode.AUTO, True, {HIGH}),
        (Mode.AUTO, False, {HIGH}),
        (Mode.ASK, True, {LOW, MEDIUM, HIGH}),
        (Mode.ASK, False, {MEDIUM, HIGH}),
    ],
)
def test_what_a_mode_asks_for(mode: Mode, effects: bool, asked: set[Risk]) -> None:
    assert {risk for risk in Risk if needs_approval(mode, risk, effects=effects)} == asked


NOT_REQUESTER = Rule(not_requester=True, people=("ann", "bob"))


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (Rule(), {"ann"}),
        (Rule(anyone=True), {"ann", "bob", "eve"}),
        (Rule(requester=False, people=("eve",)), {"eve"}),
        (Rule(people=("eve",)), {"ann", "eve"}),
        (Rule(requester=False, roles=("admin",)), {"bob"}),
        (Rule(requester=False), set[str]()),
        (NOT_REQUESTER, {"bob"}),
        (Rule(not_requester=True, anyone=True), {"bob", "eve"}),
        (Rule(not_requester=True), set[str]()),
        (Rule(anyone=True, votes=2), {"ann", "bob", "eve"}),
    ],
)
def test_who_may_decide(rule: Rule, allowed: set[str]) -> None:
    refusals = {actor.id: may_decide(rule, ANN, actor) for actor in (ANN, BOB, EVE)}
    assert {name for name, refusal in refusals.items() if refusal is None} == allowed
    assert all(text.endswith(".") for text in refusals.values() if text is not None)


def test_names_do_not_decide_ids_do() -> None:
    impostor = Actor(id="eve", name="Ann")
    assert may_decide(Rule(), ANN, impostor) == "You cannot decide this. It is for Ann."


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(), "Ann"),
        (Rule(anyone=True), "anyone in the thread"),
        (Rule(people=("eve",), roles=("admin",)), "Ann or eve or anyone with the role admin"),
        (Rule(anyone=True, votes=2), "anyone in the thread, two people"),
        (NOT_REQUESTER, "bob, but not Ann, whose words it follows"),
        (Rule(requester=False), "nobody (the rule names no one)"),
    ],
)
def test_a_rule_in_words(rule: Rule, words: str) -> None:
    assert who(rule, ANN) == words


def exact(value: str) -> Subject:
    return Subject(value=value)


def path(value: str) -> Subject:
    return Subject(kind="path", value=value)


def folder(value: str) -> Subject:
    return Subject(kind="folder", value=value)


def host(value: str) -> Subject:
    return Subject(kind="host", value=value)


def grant(subject: Subject, duration: Duration = Duration.THREAD, risk: Risk = MEDIUM) -> Grant:
    return Grant(
        grant_id=GrantId("g"),
        tool="shell",
        subject=subject,
        risk=risk,
        duration=duration,
        run_id=RUN,
        expires_at=expiry(duration, START),
        by=ANN,
    )


@pytest.mark.parametrize(
    ("granted", "subject", "covered"),
    [
        (exact("ls"), exact("ls"), True),
        (exact("ls"), exact("ls -l"), False),
        (exact("ls"), exact("ls "), False),
        (path("src"), path("src"), True),
        (path("src"), path("src/a/b.py"), False),
        (path("src/"), path("src/a"), False),
        (path("src"), path("src/"), False),
        (path("src"), path("src2/a"), False),
        (path("src/a"), path("src"), False),
        (path(""), path("src"), False),
        (path("a.pdf"), Subject(kind="path", value="a.pdf", content="1f"), False),
        (Subject(kind="path", value="a.pdf", content="1f"), path("a.pdf"), False),
        (folder("src"), folder("src"), True),
        (folder("src"), folder("src/a"), True),
        (folder("src"), path("src/a/b.py"), True),
        (folder("src"), path("src"), False),
        (folder("src"), folder("src2"), False),
        (folder("src"), path("src/../a"), False),
        (folder("src"), path("src//a"), False),
        (folder("src"), path("src/a/"), False),
        (folder("src"), path("SRC/a"), False),
        (folder("."), path("src/a"), True),
        (folder("."), path("/etc/passwd"), False),
        (folder(""), path("src/a"), False),
        (path("src"), folder("src"), False),
        (host("example.org:443"), host("example.org:443"), True),
        (host("example.org:443"), host("example.org:80"), False),
        (host("example.org:443"), host("www.example.org:443"), False),
        (exact("src"), path("src"), False),
        (path("src"), exact("src"), False),
    ],
)
def test_a_grant_covers_its_subject_alone(
    granted: Subject, subject: Subject, covered: bool
) -> None:
    assert grant(granted).covers("shell", subject, LOW, RUN, START) is covered


def test_a_grant_covers_its_tool_and_no_higher_risk() -> None:
    given = grant(exact("x"))
    assert not given.covers("python", exact("x"), LOW, RUN, START)
    covered = {risk for risk in Risk if given.covers("shell", exact("x"), risk, RUN, START)}
    assert covered == {LOW, MEDIUM}


@pytest.mark.parametrize(
    ("duration", "lasts"),
    [(Duration.QUARTER, timedelta(minutes=15)), (Duration.HOUR, timedelta(hours=1))],
)
def test_a_timed_grant_ends_by_the_clock_and_outlives_its_run(
    duration: Duration, lasts: timedelta
) -> None:
    given = grant(exact("x"), duration)
    last = START + lasts - timedelta(microseconds=1)
    assert given.covers("shell", exact("x"), LOW, NEXT, last)
    assert not given.covers("shell", exact("x"), LOW, RUN, START + lasts)


def test_a_grant_of_the_run_ends_with_it_and_one_of_the_thread_never() -> None:
    late = START + timedelta(days=400)
    run, thread = grant(exact("x"), Duration.RUN), grant(exact("x"), Duration.THREAD)
    assert run.covers("shell", exact("x"), LOW, RUN, late)
    assert not run.covers("shell", exact("x"), LOW, NEXT, START)
    assert thread.covers("shell", exact("x"), LOW, NEXT, late)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        *[(duration, duration, duration) for duration in Duration],
        *[(Duration.ONCE, longer, Duration.ONCE) for longer in list(Duration)[1:]],
        *[(Duration.THREAD, shorter, shorter) for shorter in list(Duration)[1:-1]],
        (Duration.QUARTER, Duration.HOUR, Duration.QUARTER),
        (Duration.RUN, Duration.QUARTER, Duration.ONCE),
        (Duration.RUN, Duration.HOUR, Duration.ONCE),
    ],
)
def test_what_two_people_both_allow(one: Duration, other: Duration, both: Duration) -> None:
    assert agreed(one, other) is both
    assert agreed(other, one) is both
    assert agreed(None, one) is one
