"""Discord's own syntax in what people type, as people read it ("Message Formatting")."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import discord

_CHANNEL = re.compile(r"<#(\d{1,20})>", re.ASCII)
_PERSON = re.compile(r"<@!?(\d{1,20})>", re.ASCII)
_ROLE = re.compile(r"<@&(\d{1,20})>", re.ASCII)
_EMOJI = re.compile(r"<a?:(\w{1,32}):\d{1,20}>", re.ASCII)
_TIME = re.compile(r"<t:(-?\d{1,12})(?::[a-zA-Z])?>", re.ASCII)
_COMMAND = re.compile(r"</([^:<>]{1,100}):\d{1,20}>")
_GUIDE = re.compile(r"<id:(\w{1,20})>", re.ASCII)


def readable(text: str, guild: discord.Guild | None) -> str:
    """With names for ids, as far as `guild` knows them, and times in UTC."""
    text = _CHANNEL.sub(lambda found: f"#{_channel(int(found[1]), guild)}", text)
    text = _PERSON.sub(lambda found: f"@{_member(int(found[1]), guild)}", text)
    text = _ROLE.sub(lambda found: f"@{_role(int(found[1]), guild)}", text)
    text = _EMOJI.sub(r":\1:", text)
    text = _TIME.sub(lambda found: _moment(int(found[1])) or found[0], text)
    return _GUIDE.sub(r"#\1", _COMMAND.sub(r"/\1", text))


def _channel(number: int, guild: discord.Guild | None) -> str:
    found = guild.get_channel_or_thread(number) if guild else None
    return found.name if found else "unknown-channel"


def _member(number: int, guild: discord.Guild | None) -> str:
    found = guild.get_member(number) if guild else None
    return found.display_name if found else "somebody"


def _role(number: int, guild: discord.Guild | None) -> str:
    found = guild.get_role(number) if guild else None
    return found.name if found else "a role"


def _moment(seconds: int) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (OverflowError, ValueError, OSError):
        return ""
