"""can: actor x verb x session, as a table; and what doors are told."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from core_host import House
from core_log import ANN, BOB, EVE

from runtime.approvals import Rule
from runtime.decide.can import Decision, Resource, can
from runtime.ids import Actor, Address
from runtime.journal import FileArtifacts
from runtime.live.hub import Hub
from runtime.live.sessions import JournalSessions
from runtime.ports import No, Verb, Yes
from runtime.testing.model import ScriptedModel

OPERATOR = Actor(id="root", name="root", local=True)
VERBS: tuple[Verb, ...] = get_args(Verb)
ALL: set[str] = {*VERBS}
IN_THREAD = ALL - {"configure"}

SESSIONS = {
    "there": Resource("slack", present=True),
    "gone": Resource("slack", present=False),
    "unknown": Resource("slack", present=None),
    "not admitted": Resource("slack", present=True, admitted=False),
    "of Discord": Resource("discord", present=True),
    "gone from Discord": Resource("discord", present=False),
    "unknown on a new platform": Resource("teams", present=None),
    "of the page": Resource("web"),
    "of the terminal": Resource("terminal"),
    "embedded": Resource("embedded"),
    "mine to decide": Resource("slack", present=True, decision=Decision(Rule(), ANN)),
    "theirs to decide": Resource("slack", present=True, decision=Decision(Rule(), BOB)),
    "decided from afar": Resource("slack", present=None, decision=Decision(Rule(), ANN)),
    "four eyes": Resource(
        "slack", present=True, decision=Decision(Rule(anyone=True, not_requester=True), BOB, (ANN,))
    ),
}
ANN_MAY: dict[str, set[str]] = {
    "there": IN_THREAD,
    "gone": set(),
    "unknown": set(),
    "not admitted": set(),
    "of Discord": IN_THREAD,
    "gone from Discord": set(),
    "unknown on a new platform": set(),
    "of the page": IN_THREAD,
    "of the terminal": IN_THREAD,
    "embedded": IN_THREAD,
    "mine to decide": IN_THREAD,
    "theirs to decide": IN_THREAD - {"approve"},
    "decided from afar": set(),
    "four eyes": IN_THREAD - {"approve"},
}
OPERATOR_MAY: dict[str, set[str]] = {
    **dict.fromkeys(SESSIONS, ALL),
    "not admitted": set(),
    "mine to decide": ALL - {"approve"},
    "theirs to decide": ALL - {"approve"},
    "decided from afar": ALL - {"approve"},
    "four eyes": ALL - {"approve"},
}


@pytest.mark.parametrize("session", SESSIONS)
@pytest.mark.parametrize(("actor", "may"), [(ANN, ANN_MAY), (OPERATOR, OPERATOR_MAY)])
def test_who_may_do_what(actor: Actor, may: dict[str, set[str]], session: str) -> None:
    verdicts = {verb: can(actor, verb, SESSIONS[session]) for verb in VERBS}
    assert {verb for verb, said in verdicts.items() if said == Yes()} == may[session]
    reasons = [said.reason for said in verdicts.values() if isinstance(said, No)]
    assert all(reason.endswith(".") for reason in reasons)


@pytest.mark.parametrize("verb", VERBS)
def test_whoever_may_not_read_may_nothing(verb: Verb) -> None:
    for resource in SESSIONS.values():
        if isinstance(can(EVE, "read", resource), No):
            assert can(EVE, verb, resource) == can(EVE, "read", resource)


CHAT = Address(platform="slack", team="T", channel="C", thread="1")


async def test_sessions_ask_who_is_in_the_channel_now(tmp_path: Path) -> None:
    asked: list[str] = []
    members: dict[str, bool] = {"ann": True, "bob": False}

    async def membership(address: Address, actor: Actor) -> bool | None:
        asked.append(actor.id)
        return members.get(actor.id)

    async with House(tmp_path, ScriptedModel(())).open() as house:
        there, hub = house.serving.service, Hub(house.clock)
        artifacts = FileArtifacts(tmp_path / "artifacts")
        sessions = JournalSessions(there.journal, hub, there.engine, artifacts, membership)
        verdicts = [await sessions.may(actor, "read", CHAT) for actor in (ANN, BOB, EVE)]
        assert [type(verdict) for verdict in verdicts] == [Yes, No, No]
        members["ann"] = False
        assert isinstance(await sessions.may(ANN, "read", CHAT), No), "having been there counts not"
        asked.clear()
        assert await sessions.may(OPERATOR, "read", CHAT) == Yes()
        assert await sessions.may(ANN, "stop", house.address) == Yes()
        assert await sessions.may(BOB, "steer", CHAT, present=True) == Yes()
        assert asked == [], "nobody is asked about what is known"
