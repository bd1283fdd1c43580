"""Where the Discord surface writes, and the signs of life that it gives."""

from __future__ import annotations

import pytest
from discord_thread import scene

from adapters.simulators.discord.channel import Kind
from adapters.simulators.discord.permissions import Right
from adapters.testing.contract import answer
from runtime.events import Phase
from runtime.ids import Address


async def test_a_thread_is_made_from_the_mention_and_named_by_the_task() -> None:
    async with scene() as there:
        title = "  Find <@123> the\n*leak* <:bug:42> " + "x" * 200
        place = await there.surface.open(there.address, title)
        thread = there.channel(place)
        assert thread.id == there.called.id
        assert thread.name.startswith("Find the *leak* :bug: xxx")
        assert len(thread.name) == 100
        assert thread.thread is not None
        assert thread.thread.minutes == 1_440


async def test_a_thread_that_somebody_made_meanwhile_is_used() -> None:
    async with scene() as there:
        theirs = there.twin.open_thread(there.ann, there.called, "hers")
        assert (await there.place()).channel == str(theirs.id)


async def test_a_mention_in_a_thread_without_a_message_is_answered_there() -> None:
    async with scene() as there:
        parent = there.twin.channel("general")
        thread = there.twin.private_thread(there.ann, parent, "ours")
        there.twin.invite(thread, there.twin.bot)
        address = there.address.model_copy(update={"thread": str(thread.id)})
        assert (await there.surface.open(address, "x")).channel == str(thread.id)


async def test_a_post_of_a_forum_is_its_own_thread() -> None:
    async with scene() as there:
        forum = there.twin.add_channel("questions", Kind.FORUM)
        post = there.twin.post_in_forum(there.ann, forum, "How?", f"{there.twin.bot.mention} hi")
        address = there.address.model_copy(
            update={"channel": str(forum.id), "thread": str(post.id)}
        )
        place = await there.surface.open(address, "x")
        await there.surface.signal(address, str(post.id), Phase.THINKING)
        assert place.channel == str(post.id)
        assert there.twin.messages(post)[0].reactions == {"👀": [there.twin.bot]}


@pytest.mark.parametrize("kind", [Kind.VOICE, Kind.TEXT])
async def test_where_no_thread_can_be_made_the_channel_is_the_place(kind: Kind) -> None:
    async with scene() as there:
        channel = there.twin.add_channel("closed", kind)
        there.twin.forbid(channel, Right.CREATE_PUBLIC_THREADS)
        asked = there.twin.say(there.ann, channel, f"{there.twin.bot.mention} hi")
        address = there.beneath(asked)
        place = await there.surface.open(address, "x")
        assert place.channel == str(channel.id)
        ref = await there.surface.post(place, answer("here"))
        assert there.message(ref).reply is not None
        assert await there.surface.find(place, answer("").key) == ref
        assert await there.surface.history(address, "") == ()


async def test_without_its_first_message_there_is_no_thread() -> None:
    async with scene() as there:
        there.twin.delete(there.called)
        assert (await there.place()).channel == str(there.twin.channel("general").id)


async def test_a_direct_message_is_answered_in_place() -> None:
    async with scene() as there:
        direct = there.twin.direct(there.ann)
        address = Address(platform="discord", channel=str(direct.id), thread=str(direct.id))
        place = await there.surface.open(address, "x")
        ref = await there.surface.post(place, answer("in private"))
        assert there.message(ref).reply is None
        assert there.calls("GET")[-1].endswith("/applications/@me")


async def test_the_mention_is_seen_wherever_it_stands() -> None:
    async with scene() as there:
        await there.surface.signal(there.address, str(there.called.id), Phase.THINKING)
        thread = there.channel(await there.place())
        later = there.twin.say(there.ann, thread, "and this")
        await there.surface.signal(there.address, str(later.id), Phase.THINKING)
        for message in (there.called, later):
            assert message.reactions == {"👀": [there.twin.bot]}


async def test_typing_shows_work_and_nothing_shows_rest() -> None:
    async with scene() as there:
        for phase in (Phase.PAUSED, Phase.IDLE):
            await there.surface.signal(there.address, None, phase)
        assert not there.twin.world.typing
        await there.surface.signal(there.address, there.address.thread, Phase.PLANNING)
        await there.surface.signal(there.address, None, Phase.PLANNING)
        general, bot = there.twin.channel("general"), there.twin.bot
        assert (general.id, bot.id) in there.twin.world.typing  # there is no thread yet
        place = await there.place()
        await there.surface.signal(there.address, None, Phase.THINKING)
        assert (int(place.channel), bot.id) in there.twin.world.typing


async def test_a_thread_that_is_gone_sets_nobody_typing_elsewhere() -> None:
    async with scene() as there:
        await there.surface.signal(there.address, there.address.thread, Phase.PLANNING)
        there.twin.remove(there.channel(await there.place()))
        await there.surface.signal(there.address, None, Phase.THINKING)
        assert not there.twin.world.typing


async def test_where_no_thread_can_be_made_it_types_in_the_channel() -> None:
    async with scene() as there:
        there.twin.forbid(there.twin.channel("general"), Right.CREATE_PUBLIC_THREADS)
        await there.surface.signal(there.address, there.address.thread, Phase.PLANNING)
        await there.place()
        await there.surface.signal(there.address, None, Phase.THINKING)
        assert (int(there.address.channel), there.twin.bot.id) in there.twin.world.typing
