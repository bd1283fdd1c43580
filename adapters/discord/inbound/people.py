"""Who did it."""

from __future__ import annotations

import discord

from runtime.ids import Actor


def actor_of(user: discord.User | discord.Member) -> Actor:
    """With ids and names of the member's roles, so that a rule may name either. A name that is
    all digits is left out: it could be another role's id."""
    roles = user.roles if isinstance(user, discord.Member) else []
    kept = [role for role in roles if not role.is_default()]
    names = [role.name for role in kept if not role.name.isdecimal()]
    return Actor(
        id=str(user.id),
        name=user.display_name,
        roles=(*(str(role.id) for role in kept), *names),
    )
