"""What Discord lets an application spend, by call.

Discord announces its limits only in the headers of answers ("Rate Limits"): the figures here are
what those headers say today. Where a bucket is known to be empty a call waits for some seconds, and
what waits there is old when it arrives; so frames should never come so far.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import discord

from adapters.discord.outbound.refs import message_id
from adapters.ports.cards import Card
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Ref, Verb
from runtime.ids import Address

ALL = RateLimit("discord/all", 20, 1.0)
"""All calls of the application but frames: 50 a second, of which answers to presses and reading
need some. Only a refusal that says so closes it."""

FRAMES = RateLimit("discord/frames", 25, 1.0, pace=True)
"""The frames of all threads: beyond 27 live threads they come less often."""

FRAME = 1.1
"""Seconds between two frames of a thread."""

AGED = timedelta(minutes=58)
"""Messages older than an hour are changed by another, much slower bucket (error 30046)."""


def cost(
    address: Address, verb: Verb, card: Card | None, ref: Ref | None, now: datetime
) -> tuple[RateLimit, ...]:
    """What a refusal of this call closes stands first. A thread is a channel of its own, with its
    own buckets."""
    channel = ref.place.channel if ref else address.thread
    match verb:
        case "open":
            return _by_channel("open", address.channel), ALL
        case "post" | "attach":
            return RateLimit(f"discord/send/{channel}", 5, 5.0), ALL
        case "edit" if ref is not None and card is not None:
            is_frame = card.state == "live" and not is_aged(ref, now)
            return _edits(ref, card, now), FRAMES if is_frame else ALL
        case "signal" if ref is not None:
            return RateLimit(f"discord/reaction/{channel}", 4, 1.0), ALL
        case "signal":
            return RateLimit(f"discord/typing/{channel}", 5, 5.0), ALL
        case "delete":
            return RateLimit(f"discord/delete/{channel}", 5, 1.0), ALL
        case "find" | "history":
            return _by_channel("read", channel), ALL
        case "edit":
            return (ALL,)


def _by_channel(verb: str, channel: str) -> RateLimit:
    """Where nobody knows a figure: it bounds no more than ALL does, until a refusal closes it."""
    return RateLimit(f"discord/{verb}/{channel}", ALL.calls, ALL.window)


def _edits(ref: Ref, card: Card, now: datetime) -> RateLimit:
    """All messages of a channel share five edits in five seconds. Frames keep a pace at which the
    bucket is never empty: what is final need not wait for it."""
    channel = ref.place.channel
    if is_aged(ref, now):
        return RateLimit(f"discord/edit old/{channel}", 3, 20.0)
    if card.state == "live":
        return RateLimit(f"discord/frame/{channel}", 1, FRAME, pace=True)
    return RateLimit(f"discord/edit/{channel}", 5, 5.0)


def is_aged(ref: Ref, now: datetime) -> bool:
    """Its id says when a message was made."""
    return now - discord.utils.snowflake_time(message_id(ref)) >= AGED
