"""The link by which somebody adds the app to a server, with no more rights than it needs."""

from __future__ import annotations

import discord

SCOPES = ("bot", "applications.commands")
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    embed_links=True,
    attach_files=True,
    add_reactions=True,
)


def invite(application_id: int | str) -> str:
    """Whoever opens it needs the right Manage Server there. `application_id` stands in the
    developer portal under General Information. Raises ValueError if it is no number."""
    if not str(application_id).isdecimal():
        raise ValueError(f"{application_id!r} is no application id: that is a number")
    return discord.utils.oauth_url(int(application_id), permissions=PERMISSIONS, scopes=SCOPES)
