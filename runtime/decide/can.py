"""can(actor, verb, resource): the one answer to "may they". Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from runtime.approvals import Rule, may_decide
from runtime.ids import Actor
from runtime.ports.access import No, Verb, Yes

HOME = frozenset({"web", "terminal", "embedded"})
"""Platforms without channels: whoever is let in at the door may see all of it."""

_NOT_THERE = "You are not in the channel of this thread."
_UNKNOWN = "It is not known whether you are in the channel of this thread, so it is not shown."
_NOT_ADMITTED = "You may not use this agent here."
_OPERATOR = "Only the operator changes settings, in the configuration of the service."


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be decided: by which rule, for whom, and who had a say in it since."""

    rule: Rule
    requester: Actor
    others: Sequence[Actor] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """A session, as far as access is concerned. `present`: whether the actor is in its channel now,
    None where nobody knows. `admitted`: whether the platform's people let them use the agent."""

    platform: str
    present: bool | None = None
    admitted: bool = True
    decision: Decision | None = None


def can(actor: Actor, verb: Verb, resource: Resource) -> Yes | No:
    """Reading follows present membership of the channel, and everything else needs reading. What
    nobody knows is no."""
    if isinstance(unread := _reads(actor, resource), No):
        return unread
    match verb:
        case "read" | "start" | "steer" | "stop" | "pause" | "revoke":
            return Yes()  # whoever is in the thread may speak, and take away what is going on
        case "approve":
            return _decides(actor, resource.decision)
        case "configure":
            return Yes() if actor.local else No(_OPERATOR)
        case _:
            assert_never(verb)


def _reads(actor: Actor, resource: Resource) -> Yes | No:
    if not resource.admitted:
        return No(_NOT_ADMITTED)
    if actor.local or resource.platform in HOME or resource.present:
        return Yes()
    return No(_UNKNOWN) if resource.present is None else No(_NOT_THERE)


def _decides(actor: Actor, decision: Decision | None) -> Yes | No:
    """Without a decision: whether they could be somebody who decides anything."""
    if decision is None:
        return Yes()
    refusal = may_decide(decision.rule, decision.requester, actor, decision.others)
    return Yes() if refusal is None else No(refusal)


def decides(actor: Actor, rule: Rule, requester: Actor, others: Sequence[Actor]) -> str | None:
    """Why somebody who is in the thread may not decide this; None if they may."""
    resource = Resource("", present=True, decision=Decision(rule, requester, others))
    verdict = can(actor, "approve", resource)
    return verdict.reason if isinstance(verdict, No) else None
