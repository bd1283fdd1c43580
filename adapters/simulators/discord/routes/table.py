"""All routes."""

from __future__ import annotations

from adapters.simulators.discord.call import Route
from adapters.simulators.discord.routes import (
    channels,
    commands,
    followups,
    guilds,
    interactions,
    messages,
    pins,
    reactions,
    start,
    thread_members,
    threads,
)

ROUTES: tuple[Route, ...] = (
    *start.ROUTES,
    *guilds.ROUTES,
    *channels.ROUTES,
    *pins.ROUTES,
    *messages.ROUTES,
    *reactions.ROUTES,
    *threads.ROUTES,
    *thread_members.ROUTES,
    *interactions.ROUTES,
    *followups.ROUTES,
    *commands.ROUTES,
)
"""The first that fits answers: those with a fixed word stand before those with a parameter."""
