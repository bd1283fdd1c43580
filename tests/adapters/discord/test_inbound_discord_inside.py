"""What is heard and answered inside one process: the real client with a Discord in memory, for
what the local Discord has no gesture for, and to see both agree."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import discord
import pytest
import simcord
from discord_router import GIVE_UP, FakeRouter

from adapters.discord.button_ids import encode
from adapters.discord.commands import MENU, Commands
from adapters.discord.gateway.clients import client_of
from adapters.discord.inbound.ask_command import AskCommand
from adapters.discord.inbound.event_dispatcher import EventDispatcher
from adapters.discord.inbound.listeners import listen
from adapters.discord.inbound.slash_commands import SlashCommands
from adapters.discord.settings import DiscordSettings
from adapters.ports.button import ButtonToken
from adapters.ports.inbound import InfoReply, Mention, Press, Refused, Reply


@dataclass(frozen=True, slots=True)
class Room:
    env: simcord.Env
    router: FakeRouter
    client: discord.Client
    ann: simcord.MemberActor
    general: simcord.ChannelHandle

    async def thread(self) -> simcord.ChannelHandle:
        """A thread of ours that Ann began."""
        assert self.client.user
        said = await self.ann.send(self.general, f"{self.client.user.mention} begin")
        channel = self.client.get_partial_messageable(self.general.id, guild_id=self.ann.guild.id)
        await channel.get_partial_message(said.id).create_thread(name="begin")
        return self.general.threads[0]


@asynccontextmanager
async def room() -> AsyncGenerator[Room]:
    router = FakeRouter()
    async with asyncio.TaskGroup() as tasks:
        client = client_of(DiscordSettings(token="made.up.token"))
        dispatcher = EventDispatcher(router.context, tasks.create_task)
        listen(client, dispatcher, lambda: None)

        @client.event
        async def setup_hook() -> None:
            # Not before: the Discord in memory takes the place of the client's HTTP only now.
            await Commands(client, AskCommand(dispatcher), SlashCommands(dispatcher)).sync()

        async with simcord.run(client, settle_timeout=GIVE_UP) as env:
            guild = env.create_guild("Workshop")
            general = guild.create_text_channel("general")
            ann = guild.add_member(env.create_user("Ann"))
            yield Room(env, router, client, ann, general)


async def test_a_forwarded_message_is_heard_by_its_words_and_files() -> None:
    async with room() as on:
        source = await on.ann.send(on.general, "the build is red", attachments=[("log", b"!")])
        await on.ann.forward(source, await on.thread())
        heard = await on.router.nth(2)
        assert isinstance(heard, Reply)
        assert heard.text == ""
        assert [(part.kind, part.text) for part in heard.parts] == [("forward", "the build is red")]
        assert [file.name for file in heard.files] == ["log"]


async def test_a_reply_to_a_message_of_ours_calls_us() -> None:
    async with room() as on:
        ours = await on.client.get_partial_messageable(on.general.id).send("hello")
        await on.ann.send(on.general, "count the files", reply_to=ours)
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        assert heard.text == "count the files"


@pytest.mark.parametrize(
    ("receipt", "shown"),
    [(Refused("You may not."), "You may not."), (InfoReply("Status", "It works."), "It works.")],
)
async def test_a_command_is_answered_to_one_person(
    receipt: Refused | InfoReply, shown: str
) -> None:
    async with room() as on:
        thread = await on.thread()
        on.router.answers.append(receipt)
        result = await on.ann.slash(thread, "status")
        assert result.ephemeral
        assert result.response
        assert shown in result.response.content


async def test_a_message_is_taken_up_from_its_menu() -> None:
    async with room() as on:
        target = await on.ann.send(on.general, "solve this")
        result = await on.ann.context_menu(on.general, MENU, target)
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        assert (heard.text, heard.address.thread) == ("solve this", str(target.id))
        assert result.ephemeral


async def test_a_press_is_acknowledged_without_a_word() -> None:
    async with room() as on:
        thread = await on.thread()
        token = ButtonToken("run", "r1", "stop")
        view = discord.ui.LayoutView(timeout=None)
        view.add_item(discord.ui.ActionRow(discord.ui.Button(label="x", custom_id=encode(token))))
        sent = await on.client.get_partial_messageable(thread.id).send(view=view)
        result = await on.ann.click(sent, custom_id=encode(token))
        heard = await on.router.nth(2)
        assert isinstance(heard, Press)
        assert heard.token == token
        assert result.deferred
        assert result.followups == []
