"""Profile: the same value is the same digest, and narrowing never widens anything."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from core_log import ANN, BOB, EVE
from hypothesis import given
from hypothesis import strategies as st

from runtime.approvals import Mode, Risk, Rule, Subject, may_decide, needs_approval
from runtime.events import Limits
from runtime.ids import Actor
from runtime.ports import SandboxSpec
from runtime.profile import Profile, narrowed
from runtime.tools.policy import Policy
from runtime.tools.risk_patterns import RiskPattern
from runtime.tools.tool import Judgement

TOOLS = ("shell", "python", "deliver", "ask")
TEXTS = ("ls", "git push", "drop table x", "rm -rf /tmp/x")
ROOT = Actor(id="root", name="root", local=True)
Names = st.lists(st.sampled_from(("ann", "bob", "eve", "zoe")), unique=True, max_size=3).map(tuple)
Rules = st.builds(
    Rule,
    requester=st.booleans(),
    anyone=st.booleans(),
    people=Names,
    roles=st.lists(st.sampled_from(("admin", "dev")), unique=True).map(tuple),
    not_requester=st.booleans(),
    votes=st.sampled_from((1, 2)),
)
Patterns = st.builds(
    RiskPattern,
    regex=st.sampled_from(("git", "(?i)DROP", "^ls")).map(re.compile),
    risk=st.sampled_from(Risk),
    why=st.just("risky"),
    tools=st.sampled_from(((), ("shell",))),
)
Policies = st.builds(
    Policy,
    mode=st.sampled_from(Mode),
    risks=st.dictionaries(st.sampled_from(TOOLS), st.sampled_from(Risk)),
    least=st.dictionaries(st.sampled_from(TOOLS), st.sampled_from(Risk)),
    patterns=st.lists(Patterns, unique=True, max_size=2).map(tuple),
    rules=st.dictionaries(st.sampled_from(Risk), Rules),
    answer_within=st.floats(1, 1e6),
)
Profiles = st.builds(
    Profile,
    name=st.text(max_size=5),
    model=st.text(max_size=5),
    tools=st.lists(st.sampled_from(TOOLS), unique=True).map(tuple),
    policy=Policies,
    instructions=st.text(max_size=20),
    limits=st.builds(
        Limits,
        calls=st.integers(1, 128),
        turns=st.integers(1, 99),
        tokens=st.integers(1, 10**7),
        seconds=st.floats(1, 1e6),
        cost=st.floats(0.01, 1e3),
    ),
    max_tokens=st.integers(1, 10**6),
    sandbox=st.builds(
        SandboxSpec,
        memory_mb=st.integers(1, 10**6),
        cpus=st.floats(0.1, 64),
        pids=st.integers(1, 10**4),
        tmp_mb=st.integers(1, 10**4),
    ),
)


@given(Profiles)
def test_a_profile_is_its_canonical_form(profile: Profile) -> None:
    again = Profile.model_validate_json(profile.canonical)
    assert again == profile
    assert (again.digest, again.canonical) == (profile.digest, profile.canonical)


def test_the_order_of_what_has_none_changes_no_digest() -> None:
    risks = {"shell": Risk.HIGH, "deliver": Risk.LOW}
    one = Profile(policy=Policy(risks=risks))
    other = Profile(policy=Policy(risks=dict(reversed(risks.items()))))
    assert one.digest == other.digest
    assert one.digest != Profile(policy=Policy(risks={"shell": Risk.HIGH})).digest


@pytest.mark.parametrize("field", Profile.model_fields)
def test_every_field_is_in_the_digest(field: str) -> None:
    other: dict[str, Any] = {
        "tools": ("ask",),
        "policy": Policy(mode=Mode.ASK),
        "limits": Limits(turns=1),
        "max_tokens": 1,
        "sandbox": SandboxSpec(pids=1),
    }
    assert Profile(**{field: other.get(field, "other")}).digest != Profile().digest


@given(Profiles)
def test_a_profile_that_did_not_change_stays_as_it_is(profile: Profile) -> None:
    assert narrowed(profile, profile) == profile


@given(Profiles, Profiles)
def test_narrowing_never_widens(recorded: Profile, today: Profile) -> None:
    now = narrowed(recorded, today)
    assert (now.name, now.model) == (recorded.name, recorded.model)
    assert now.instructions == recorded.instructions
    for wide in (recorded, today):
        assert set(now.tools) <= set(wide.tools)
        assert now.max_tokens <= wide.max_tokens
        for mine, theirs in ((now.limits, wide.limits), (now.sandbox, wide.sandbox)):
            assert all(size <= getattr(theirs, name) for name, size in mine)
        assert now.policy.answer_within <= wide.policy.answer_within
        for tool, text, risk in product(TOOLS, TEXTS, Risk):
            asks_no_less(now.policy, wide.policy, tool, judgement(text, risk))
        for risk in Risk:
            lets_in_no_more(now.policy.rule(risk), wide.policy.rule(risk))


def judgement(text: str, risk: Risk) -> Judgement:
    return Judgement("", text, risk, "", Subject(), effects=True, repeatable=False)


def asks_no_less(now: Policy, wide: Policy, tool: str, call: Judgement) -> None:
    mine, theirs = now.weigh(tool, call), wide.weigh(tool, call)
    assert mine.risk.level >= theirs.risk.level
    asked = needs_approval(now.mode, mine.risk, effects=True)
    assert asked or not needs_approval(wide.mode, theirs.risk, effects=True)


def lets_in_no_more(now: Rule, wide: Rule) -> None:
    assert now.votes >= wide.votes
    for actor, requester, others in product((ANN, BOB, EVE, ROOT), (ANN, ROOT), ((), (BOB,))):
        if may_decide(now, requester, actor, others) is None:
            assert may_decide(wide, requester, actor, others) is None
