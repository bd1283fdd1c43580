"""Threads by the real client: one per message, archived by time, locked, deleted."""

from __future__ import annotations

import discord
import pytest
from discord_sim_client import Bot, calling, online

from adapters.simulators.discord.channel import Kind
from adapters.simulators.discord.permissions import Right
from adapters.simulators.discord.simulator import DiscordSimulator, twin
from runtime.clock import SystemClock
from runtime.testing.clock import ManualClock


async def opened(sim: DiscordSimulator, bot: Bot) -> discord.Thread:
    """A thread of the bot on a message of Ann's."""
    sim.say(sim.person("Ann"), sim.channel("general"), "a task")
    return await (await bot.message()).create_thread(name="work", auto_archive_duration=60)


async def test_a_thread_has_the_id_of_its_message_and_comes_once() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        said = sim.say(sim.person("Ann"), sim.channel("general"), "a task")
        heard = await bot.message()
        thread = await heard.create_thread(name="work")
        assert thread.id == said.id == sim.channel("work").id
        with pytest.raises(discord.HTTPException) as twice:
            await heard.create_thread(name="again")
        assert twice.value.code == 160004
        assert (await heard.fetch()).thread == thread
        first = await bot.message()
        assert (first.type, first.channel.id) == (
            discord.MessageType.thread_starter_message,
            thread.id,
        )
        sim.say(sim.person("Ann"), sim.channel("work"), "and this")
        assert (await bot.message()).channel == thread
        with pytest.raises(discord.HTTPException) as inside:
            await (await thread.send("x")).create_thread(name="deeper")
        assert inside.value.code == 50024


async def test_silence_archives_and_words_open_again() -> None:
    clock = ManualClock()
    async with twin(clock) as sim, online(sim) as bot:
        thread = await opened(sim, bot)
        message = await thread.send("working")
        clock.advance(59 * 60)
        await message.edit(content="edits keep nothing open")
        clock.advance(60)
        await bot.until("thread_update")
        assert bot.get_channel(thread.id) is None
        for call in (message.edit(content="x"), message.add_reaction("👀"), message.delete()):
            with pytest.raises(discord.HTTPException) as archived:
                await call
            assert (archived.value.status, archived.value.code) == (400, 50083)
        await thread.edit(archived=False)
        await message.edit(content="open")
        sim.archive(sim.channel("work"))
        await bot.get_partial_messageable(thread.id).send("also opens")
        work = sim.channel("work").thread
        assert work
        assert not work.archived


async def test_a_locked_thread_takes_nothing() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        thread = await opened(sim, bot)
        sim.lock(sim.channel("work"))
        with pytest.raises(discord.HTTPException) as locked:
            await thread.send("x")
        assert locked.value.code == 160005
        with pytest.raises(discord.Forbidden):
            await thread.edit(archived=False)
        sim.grant(Right.MANAGE_THREADS)
        await thread.edit(locked=False)
        await thread.send("x")


async def test_speaking_in_threads_is_a_right_of_its_own() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        thread = await opened(sim, bot)
        sim.forbid(sim.channel("general"), Right.SEND_MESSAGES)
        await thread.send("still may")
        sim.forbid(sim.channel("general"), Right.SEND_IN_THREADS, Right.CREATE_PUBLIC_THREADS)
        with pytest.raises(discord.Forbidden):
            await thread.send("may not")
        sim.say(sim.person("Ann"), sim.channel("general"), "another")
        heard = await bot.message()
        while heard.content != "another":
            heard = await bot.message()
        with pytest.raises(discord.Forbidden):
            await heard.create_thread(name="no")


async def test_a_deleted_thread_is_told_and_gone() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        thread = await opened(sim, bot)
        sim.remove(sim.channel("work"))
        await bot.until("raw_thread_delete")
        with pytest.raises(discord.NotFound) as gone:
            await thread.send("x")
        assert gone.value.code == 10003


async def test_other_places_have_threads_of_their_own_kind_or_none() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        ann = sim.person("Ann")
        sim.say(ann, sim.channel("news"), "news")
        thread = await (await bot.message()).create_thread(name="about it")
        assert thread.type is discord.ChannelType.news_thread
        sim.say(ann, sim.channel("meeting"), "talk")
        spoken = next(m for m in [await bot.message(), await bot.message()] if m.content == "talk")
        with pytest.raises(discord.HTTPException) as voice:
            await spoken.create_thread(name="no")
        assert voice.value.code == 50024
        forum = bot.get_channel(sim.channel("ideas").id)
        assert isinstance(forum, discord.ForumChannel)
        made = await forum.create_thread(name="an idea", content="what if")
        assert made.thread.id == made.message.id
        with pytest.raises(discord.HTTPException):
            await bot.get_partial_messageable(forum.id).send("x")


async def test_a_private_thread_is_heard_by_its_members_only() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        ann, general = sim.person("Ann"), sim.channel("general")
        private = sim.private_thread(ann, general, "hush")
        sim.say(ann, private, "unheard")
        sim.invite(private, sim.bot)
        sim.say(ann, private, "heard")
        assert (await bot.message()).content == "heard"
        own = bot.get_channel(general.id)
        assert isinstance(own, discord.TextChannel)
        assert (await own.create_thread(name="mine")).is_private()
        assert sim.channel("mine").kind is Kind.PRIVATE_THREAD


async def test_archived_threads_are_listed() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        thread = await opened(sim, bot)
        sim.archive(sim.channel("work"))
        parent = bot.get_channel(sim.channel("general").id)
        assert isinstance(parent, discord.TextChannel)
        assert [found.id async for found in parent.archived_threads()] == [thread.id]
        assert (await bot.fetch_channel(thread.id)).id == thread.id
        async with calling(sim) as rest:
            _, active = await rest("GET", f"/guilds/{sim.guild.id}/threads/active")
            assert active["threads"] == []
