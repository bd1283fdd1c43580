"""The table of methods agrees with itself and with what is answered."""

from __future__ import annotations

import re

from adapters.simulators.slack.channel import SCOPES
from adapters.simulators.slack.limits import PER_MINUTE
from adapters.simulators.slack.methods.catalog import HANDLERS
from adapters.simulators.slack.registration import EVENTS
from adapters.simulators.slack.registration import SCOPES as GRANTED
from adapters.simulators.slack.table import METHODS, WITHOUT_BOT_TOKEN


def test_every_method_has_its_answer_and_every_answer_its_row() -> None:
    assert {*METHODS} == {*HANDLERS} | WITHOUT_BOT_TOKEN
    assert not {*HANDLERS} & WITHOUT_BOT_TOKEN


def test_rows_are_sorted_and_well_formed() -> None:
    assert list(METHODS) == sorted(METHODS)
    for name, method in METHODS.items():
        assert re.fullmatch(r"[a-z]+(\.[a-zA-Z0-9]+)+", name)
        assert method.tier in {*PER_MINUTE, 5}
        named = (*method.required, *method.optional)
        assert len({*named}) == len(named), name
        assert not (method.scope and method.of_channel), name
        assert method.of_channel in ("", "history", "read")


def test_an_agent_app_is_granted_every_scope_of_the_table() -> None:
    families = {m.of_channel for m in METHODS.values() if m.of_channel}
    needed = {m.scope for m in METHODS.values() if m.scope}
    needed |= {f"{kind}:{family}" for kind in SCOPES.values() for family in families}
    assert needed <= GRANTED
    assert "agent_session_stopped" in EVENTS
