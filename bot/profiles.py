"""Profiles out of the settings: what a run is made of, as the operator says it."""

from __future__ import annotations

import re

from config.settings import Gate, Settings
from runtime.approvals import Mode, Risk, Rule
from runtime.dependencies import PROMPT
from runtime.events import Limits
from runtime.ports import SandboxSpec
from runtime.profile import Profile
from runtime.tools.catalog import NAMES
from runtime.tools.policy import Policy
from runtime.tools.risk_patterns import RiskPattern


def profile_of(settings: Settings, model: str) -> Profile:
    """The one that holds where no place says otherwise; `model` is what the runs think with."""
    sandbox = settings.sandbox
    return Profile(
        model=model,
        tools=NAMES,
        policy=policy_of(settings),
        instructions=PROMPT.read_text(encoding="utf-8"),
        limits=Limits.model_validate(settings.limits.model_dump()),
        max_tokens=settings.models.max_tokens,
        sandbox=SandboxSpec(
            memory_mb=sandbox.memory_mb,
            cpus=sandbox.cpus,
            pids=sandbox.pids,
            tmp_mb=sandbox.tmp_mb,
        ),
    )


def policy_of(settings: Settings) -> Policy:
    gates = settings.gates
    return Policy(
        mode=Mode(settings.mode),
        risks={tool: Risk(level) for tool, level in settings.risk.tools.items()},
        patterns=tuple(
            RiskPattern(
                re.compile(given.pattern),
                Risk(given.to),
                given.why or f"the configuration calls {given.pattern} risky",
                given.tools,
            )
            for given in settings.risk.patterns
        ),
        rules={
            Risk.LOW: _rule(gates.low),
            Risk.MEDIUM: _rule(gates.medium),
            Risk.HIGH: _rule(gates.high),
        },
        answer_within=gates.answer_within,
    )


def _rule(gate: Gate) -> Rule:
    return Rule.model_validate(gate.model_dump())
