"""Rules: who may decide a gate.

Whoever's words reached a task has a part in what it does: its requester, who began it, and the
`others`, who steered it or answered its questions. Words only ever take rights away: with
`not_requester` none of them may decide, while `requester` lets in nobody but the one who began it,
or a reply in the thread would make its author an approver.

The local operator (`Actor.local`: whoever sits at the workbench or the terminal) may be any of the
people of a chat. So they are never a second person, and never somebody other than the requesters;
and where they had a say, nobody else can be known to be another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from runtime.ids import Actor, Value

_OPERATOR = "the local operator"


class Rule(Value):
    """Who may decide a gate. People and roles add to each other; `votes` is 1 or 2 different
    people."""

    requester: bool = True
    anyone: bool = False
    people: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    not_requester: bool = False
    votes: Literal[1, 2] = 1


def both(one: Rule, other: Rule) -> Rule:
    """Whoever may decide by this may by either. Somebody whom one rule names by role and the other
    by name is left out: only the platform knows who has a role."""
    barred = one.not_requester or other.not_requester
    update: dict[str, Any] = {"not_requester": barred, "votes": max(one.votes, other.votes)}
    if one.anyone or other.anyone:
        return (other if one.anyone else one).model_copy(update=update)
    update["requester"] = one.requester and other.requester
    update["people"] = tuple(person for person in one.people if person in other.people)
    update["roles"] = tuple(role for role in one.roles if role in other.roles)
    return one.model_copy(update=update)


def may_decide(
    rule: Rule, requester: Actor, actor: Actor, others: Sequence[Actor] = ()
) -> str | None:
    """None if the actor may vote on the gate, else the sentence that tells them why not."""
    if rule.not_requester and (refusal := _had_a_say(requester, actor, others)):
        return refusal
    if rule.votes == 2 and actor.local:
        return (
            "This needs two people whom the chat knows. You decide here as the local operator, who "
            "may be one of them: decide it in the chat."
        )
    if rule.anyone or _named(rule, requester, actor):
        return None
    return f"You cannot decide this. It is for {who(rule, requester, others)}."


def _had_a_say(requester: Actor, actor: Actor, others: Sequence[Actor]) -> str | None:
    """Why the actor does not count as somebody other than the requesters."""
    if actor.id == requester.id:
        return "This needs somebody other than the person who asked for the task."
    if actor.id in {other.id for other in others}:
        return (
            "This needs somebody whose words the task does not follow; it follows those of "
            f"{people((requester, *others))}."
        )
    if actor.local:
        return (
            "This needs somebody other than the people who asked for it. You decide here as "
            f"{_OPERATOR}, who may be one of them: decide it in the chat."
        )
    if any(other.local for other in (requester, *others)):
        return (
            f"This needs somebody other than the people who asked for it, and {_OPERATOR}, who had "
            "a say in it, may be any of them: ask for it anew in the chat."
        )
    return None


def _named(rule: Rule, requester: Actor, actor: Actor) -> bool:
    is_requester = rule.requester and not rule.not_requester and actor.id == requester.id
    return is_requester or actor.id in rule.people or bool(set(actor.roles) & set(rule.roles))


def who(rule: Rule, requester: Actor, others: Sequence[Actor] = ()) -> str:
    """The people a rule names, in words."""
    said = (requester, *others) if rule.not_requester else ()
    if any(actor.local for actor in said):
        return f"nobody, since {_OPERATOR} had a say in it: ask for it anew in the chat"
    names: list[str] = []
    if rule.anyone:
        names.append("anyone in the thread")
    elif rule.requester and not rule.not_requester:
        names.append(requester.name or requester.id)
    names += [person for person in rule.people if person not in {actor.id for actor in said}]
    names += [f"anyone with the role {role}" for role in rule.roles]
    text = " or ".join(names) or "nobody (the rule names no one)"
    text += f", but not {people(said)}, whose words it follows" if said else ""
    return text + (", two people" if rule.votes == 2 else "")


def awaited(
    rule: Rule, requester: Actor, known: Sequence[Actor], others: Sequence[Actor] = ()
) -> str:
    """Who is waited for, as briefly as a heading needs: by name where a name is known."""
    barred = {actor.id for actor in (requester, *others)} if rule.not_requester else set[str]()
    names = {actor.id: actor.name or actor.id for actor in known}
    if rule.anyone:
        return "anyone in the thread" if not barred else "somebody else in the thread"
    asked = (requester.id,) if rule.requester else ()
    ids = [person for person in dict.fromkeys((*asked, *rule.people)) if person not in barred]
    said = [names.get(person, "an approver") for person in ids]
    said += [f"the role {role}" for role in rule.roles]
    return " or ".join(dict.fromkeys(said)) or "an approver"


def people(actors: Iterable[Actor]) -> str:
    """Their names, each person once: "Ann", "Ann and Bob", "Ann, Bob and Eve"."""
    names = list({actor.id: actor.name or actor.id for actor in actors}.values())
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
