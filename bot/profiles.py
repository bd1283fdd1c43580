"""Profiles out of the settings: what a run is made of, as the operator says it, place by place."""

from __future__ import annotations

import difflib
import re

from bot.models import name_of
from config.gates import Gate
from config.places import STANDARD, Place, Placed, placed_at
from config.settings import Settings
from config.validation_errors import where
from runtime.approvals import Mode, Risk, Rule
from runtime.dependencies import PROMPT
from runtime.errors import Misconfigured
from runtime.events import Limits
from runtime.ids import Actor, Address
from runtime.models.selection import Chosen
from runtime.ports import SandboxSpec
from runtime.profile import Profile, ProfileFor
from runtime.tools.catalog import NAMES
from runtime.tools.policy import Policy
from runtime.tools.risk_patterns import RiskPattern


def profiles_of(settings: Settings, chosen: Chosen) -> ProfileFor:
    """The profile that holds in a place; `chosen` is the model where none is named."""
    standard = profile_of(settings, chosen, STANDARD, settings.base)
    special = {
        entry.entry: profile_of(settings, chosen, entry.name, entry.values)
        for entry in settings.placed
    }

    def profile_for(address: Address, actor: Actor) -> Profile:
        entry = entry_at(settings, address)
        return standard if entry is None else special[entry.entry]

    return profile_for


def entry_at(settings: Settings, address: Address) -> Placed | None:
    """The entry of `places` that holds in this thread, if there is one."""
    return placed_at(settings.placed, address.platform, address.team, address.channel)


def profile_of(settings: Settings, chosen: Chosen, name: str, place: Place) -> Profile:
    prompt = PROMPT.read_text(encoding="utf-8")
    return Profile(
        name=name,
        model=name_of(settings, chosen, place.model),
        tools=place.tools,
        policy=policy_of(settings, place),
        instructions="\n\n".join(filter(None, (prompt.rstrip(), place.instructions.strip()))),
        limits=Limits.model_validate(place.limits.model_dump()),
        max_tokens=settings.models.max_tokens,
        sandbox=SandboxSpec(
            memory_mb=place.sandbox.memory_mb,
            cpus=place.sandbox.cpus,
            pids=place.sandbox.pids,
            tmp_mb=place.sandbox.tmp_mb,
        ),
    )


def policy_of(settings: Settings, place: Place) -> Policy:
    return Policy(
        mode=Mode(place.mode),
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
            Risk.LOW: _rule(place.gates.low),
            Risk.MEDIUM: _rule(place.gates.medium),
            Risk.HIGH: _rule(place.gates.high),
        },
        answer_within=place.gates.answer_within,
    )


def _rule(gate: Gate) -> Rule:
    return Rule.model_validate(gate.model_dump())


def check_tools(settings: Settings) -> None:
    """Raises Misconfigured for a tool that there is not, with the line that names it."""
    entries = [((), settings.base), *((entry.path, entry.values) for entry in settings.placed)]
    for path, place in entries:
        for name in place.tools:
            if name not in NAMES:
                near = difflib.get_close_matches(name, NAMES, n=1)
                remedy = f"did you mean {near[0]}?" if near else f"there is {', '.join(NAMES)}"
                stands = where((*path, "tools"), settings.layers)
                raise Misconfigured(f"{stands} names {name!r}, which is no tool; {remedy}")
