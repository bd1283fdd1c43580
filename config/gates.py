"""Gates: who may decide, and rules that nobody could satisfy, found before anybody waits for a
yes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, PositiveFloat, model_validator

from config.section import Section

_WIDEN = "name more people or roles, or set anyone: true"


def names(given: Sequence[str]) -> str | None:
    """What is wrong with a list of people or of roles; None if nothing is."""
    if any(not name.strip() for name in given):
        return "must not hold empty names; write ids of people, names of roles"
    if spaced := next((name for name in given if name != name.strip()), None):
        return f"must not hold spaces around a name, as in {spaced!r}; leave them out"
    if twice := next((name for name in given if given.count(name) > 1), None):
        return f"names {twice!r} twice; name each once"
    return None


def nobody(
    *,
    requester: bool,
    anyone: bool,
    people: Sequence[str],
    roles: Sequence[str],
    not_requester: bool,
    votes: int,
) -> str | None:
    """Why such a rule lets nobody say yes; None if it can be satisfied. Whoever asks may be one of
    the people, so the requester adds nobody to them."""
    if anyone or roles:
        return None
    asks = requester and not not_requester
    if not people and not asks:
        why = "not_requester is true" if not_requester else "requester is false"
        return f"lets nobody say yes: {why} and nobody else is named: {_WIDEN}"
    count = len(people) or 1
    if count >= votes:
        return None
    whom = f"only {people[0]!r}, who may ask too" if people else "only the requester"
    return f"lets nobody say yes: votes: {votes} needs two people, it names {whom}: {_WIDEN}"


def _named(given: tuple[str, ...]) -> tuple[str, ...]:
    if complaint := names(given):
        raise ValueError(complaint)
    return given


Names = Annotated[tuple[str, ...], AfterValidator(_named)]


class Gate(Section):
    """Who may decide a call of one risk."""

    requester: bool = True
    anyone: bool = False
    people: Names = ()
    roles: Names = ()
    not_requester: bool = False
    votes: Literal[1, 2] = 1

    @model_validator(mode="after")
    def _can_be_satisfied(self) -> Gate:
        if complaint := nobody(**dict(self)):
            raise ValueError(complaint)
        return self


class Gates(Section):
    """`answer_within` is how long a gate stays open, in seconds."""

    answer_within: PositiveFloat
    low: Gate
    medium: Gate
    high: Gate
