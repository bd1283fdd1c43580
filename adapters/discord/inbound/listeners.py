"""Everything that one client hears."""

from __future__ import annotations

from collections.abc import Callable

import discord
import structlog

from adapters.discord.inbound.buttons import ButtonListener
from adapters.discord.inbound.deletions import DeletionListener
from adapters.discord.inbound.event_dispatcher import EventDispatcher
from adapters.discord.inbound.messages import MessageListener
from adapters.discord.inbound.reactions import ReactionListener

log = structlog.get_logger(__name__)


def listen(
    client: discord.Client, dispatcher: EventDispatcher, connected: Callable[[], None]
) -> None:
    """`connected` is called for each new session: what happened before it was not heard. A session
    that is resumed hears it all again."""
    messages, clicks = MessageListener(client, dispatcher), ButtonListener(dispatcher)
    reactions = ReactionListener(client, dispatcher)
    _listen_to_deletions(client, DeletionListener(client, dispatcher))

    # discord.py runs each handler in a task of its own, in the order of the events. These end at
    # once: what takes time runs in tasks of ours.

    @client.event
    async def on_connect() -> None:
        log.info("discord.connected")
        connected()

    @client.event
    async def on_resumed() -> None:
        log.info("discord.resumed")

    @client.event
    async def on_message(message: discord.Message) -> None:
        messages.heard(message)

    @client.event
    async def on_raw_message_edit(payload: discord.RawMessageUpdateEvent) -> None:
        messages.edited(payload.message)

    @client.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        clicks.heard(interaction)

    @client.event
    async def on_raw_reaction_add(reaction: discord.RawReactionActionEvent) -> None:
        reactions.heard(reaction)


def _listen_to_deletions(client: discord.Client, deletions: DeletionListener) -> None:
    @client.event
    async def on_raw_message_delete(gone: discord.RawMessageDeleteEvent) -> None:
        deletions.messages(gone.channel_id, gone.guild_id, (gone.message_id,))

    @client.event
    async def on_raw_bulk_message_delete(gone: discord.RawBulkMessageDeleteEvent) -> None:
        deletions.messages(gone.channel_id, gone.guild_id, tuple(gone.message_ids))

    @client.event
    async def on_raw_thread_delete(gone: discord.RawThreadDeleteEvent) -> None:
        deletions.thread(gone)

    @client.event
    async def on_guild_channel_delete(gone: discord.abc.GuildChannel) -> None:
        deletions.channel(gone)
