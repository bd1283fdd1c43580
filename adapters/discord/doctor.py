"""What the doctor looks at: token, intent, servers and their rights, commands, gateway."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import aiohttp
import discord

from adapters.discord.commands import Commands
from adapters.discord.gateway.clients import client_of
from adapters.discord.gateway.endpoints import point_at
from adapters.discord.gateway.supervisor import NO_CONTENT, REFUSED
from adapters.discord.invite import PERMISSIONS, invite
from adapters.discord.settings import DiscordSettings
from runtime.ports.findings import Finding, bad, fatal, good, poor

WHAT = "Discord"
_MOST = 20  # servers that are looked at
_TITLES = {"read_messages": "View Channel"}
"""Where discord.py names a right by its older name."""

_NETWORK = (discord.DiscordException, aiohttp.ClientError, OSError)


async def examine(settings: DiscordSettings) -> list[Finding]:
    """Changes nothing; speaks plain HTTP, so a running service is not disturbed."""
    point_at(settings)
    client = client_of(settings)
    try:
        await client.login(settings.token)
    except discord.LoginFailure:
        return [fatal(WHAT, "the token is refused", REFUSED)]
    except _NETWORK as error:
        return [
            bad(WHAT, f"cannot be reached: {error}", "Check the network, and discord.rest_url.")
        ]
    else:
        return [finding async for finding in _findings(client, settings)]
    finally:
        await client.close()


async def _findings(client: discord.Client, settings: DiscordSettings) -> AsyncGenerator[Finding]:
    app = await client.application_info()
    yield good(WHAT, f"signed in as {app.name}")
    if app.interactions_endpoint_url:
        yield bad(
            WHAT,
            "buttons and commands go to a web address instead of the gateway",
            "Clear Interactions Endpoint URL in the developer portal (your app, General"
            " Information).",
        )
    flags = app.flags
    if flags.gateway_message_content or flags.gateway_message_content_limited:
        yield good(WHAT, "may read the messages of its threads")
    else:
        yield poor(WHAT, "hears only messages that mention it", NO_CONTENT)
    for look in (_servers, _commands, _gateway):
        try:
            yield await look(client, settings)
        except _NETWORK as error:
            yield poor(WHAT, f"{look.__name__[1:]} could not be looked at: {error}")


async def _servers(client: discord.Client, _: DiscordSettings) -> Finding:
    link = invite(client.application_id or 0)
    found = [guild async for guild in client.fetch_guilds(limit=_MOST + 1)]
    rest = f"; only {_MOST} servers were looked at" if len(found) > _MOST else ""
    rights = [
        (guild.name, missing)
        for guild in found[:_MOST]
        if (missing := await _missing(client, guild.id)) is not None
    ]
    if not rights:
        return bad(WHAT, "the bot is in no server", f"Add it: {link}")
    lacking = [f"{name}: {', '.join(missing)}" for name, missing in rights if missing]
    if lacking:
        where = "; ".join(lacking) + rest
        return bad(WHAT, f"rights are missing in {where}", f"Add it again: {link}")
    servers = f"{len(rights)} server{'s' if len(rights) > 1 else ''}"
    return good(WHAT, f"has its rights in {servers}{rest}")


async def _missing(client: discord.Client, guild: int) -> list[str] | None:
    """Rights that the bot lacks in the whole server; None if it is not there any more. Single
    channels may take away more; the log says so when it writes there."""
    try:
        member = await (await client.fetch_guild(guild)).fetch_member(_me(client))
    except discord.NotFound:
        return None
    held = dict(member.guild_permissions)
    return [
        _TITLES.get(name, name.replace("_", " ").title())
        for name, needed in PERMISSIONS
        if needed and not held[name]
    ]


def _me(client: discord.Client) -> int:
    assert client.user, "the client has signed in"
    return client.user.id


async def _commands(client: discord.Client, _: DiscordSettings) -> Finding:
    untold = await Commands(client).untold()
    if untold:
        return poor(
            WHAT,
            f"does not know these commands as they are now: {', '.join(untold)}",
            "Start Aether once: it tells Discord.",
        )
    return good(WHAT, "knows the commands")


async def _gateway(client: discord.Client, settings: DiscordSettings) -> Finding:
    wanted, _, starts = await client.http.get_bot_gateway()
    if wanted > max(1, settings.shards):
        return poor(
            WHAT,
            f"wants {wanted} connections for so many servers",
            f"Set discord.shards: {wanted}.",
        )
    return good(WHAT, f"{starts['remaining']} of {starts['total']} new connections left today")
