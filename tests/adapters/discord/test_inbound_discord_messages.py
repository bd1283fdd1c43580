"""Messages on Discord as the router hears them, through the real library and a local Discord."""

from __future__ import annotations

import pytest
from discord_router import Stage, stage

from adapters.ports.inbound import Deleted, Edited, Mention, Reply
from adapters.simulators.discord import messages
from adapters.simulators.discord.call import Sent
from adapters.simulators.discord.message import MessageKind
from adapters.simulators.discord.messages import Envelope
from adapters.simulators.discord.people import User
from adapters.simulators.discord.state import Portal
from runtime.ids import Address


def address(on: Stage, channel: int, thread: int) -> Address:
    return Address(
        platform="discord", team=str(on.discord.guild.id), channel=str(channel), thread=str(thread)
    )


# --- what it hears -------------------------------------------------------------------------------


async def test_a_mention_begins_a_thread_of_its_own() -> None:
    async with stage() as on:
        said = on.call("count the files")
        assert await on.router.nth(1) == Mention(
            address=address(on, on.general.id, said.id),
            actor=(await on.router.nth(1)).actor,
            message_id=str(said.id),
            text="count the files",
            channel=str(on.general.id),
        )


async def test_a_reply_in_a_thread_of_ours_is_heard_without_a_mention() -> None:
    async with stage() as on:
        thread = await on.thread()
        said = on.discord.say(on.ann, thread, "and the folders")
        heard = await on.router.nth(2)
        assert isinstance(heard, Reply)
        assert heard.address == address(on, on.general.id, thread.id)
        assert (heard.text, heard.channel, heard.message_id) == (
            "and the folders",
            str(thread.id),
            str(said.id),
        )


async def test_a_mention_in_a_thread_of_others_belongs_to_that_thread() -> None:
    async with stage() as on:
        first = on.discord.say(on.ann, on.general, "let us talk")
        thread = on.discord.open_thread(on.ann, first, "talk")
        on.discord.say(on.ann, thread, "nobody is called here")
        on.call("help us", thread)
        on.discord.say(on.ann, thread, "now we talk")
        heard = [await on.router.nth(1), await on.router.nth(2)]
        assert all(said.address == address(on, on.general.id, thread.id) for said in heard)
        assert [type(said) for said in heard] == [Mention, Reply]


async def test_an_archived_thread_is_asked_for_its_channel() -> None:
    """It is in no cache, least of all after a restart."""
    async with stage() as on:
        thread = await on.thread()
        on.discord.archive(thread)
        on.discord.say(on.ann, thread, "still there?")
        heard = await on.router.nth(2)
        assert heard.address == address(on, on.general.id, thread.id)


async def test_a_post_of_a_forum_is_its_own_thread() -> None:
    async with stage() as on:
        forum = on.discord.channel("ideas")
        post = on.discord.post_in_forum(on.ann, forum, "an idea", on.discord.bot.mention)
        assert (await on.router.nth(1)).address == address(on, forum.id, post.id)


async def test_direct_messages_need_no_mention() -> None:
    async with stage() as on:
        direct = on.discord.direct(on.ann)
        on.discord.say(on.ann, direct, "between us")
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        place = str(direct.id)
        assert heard.address == Address(platform="discord", channel=place, thread=place)


async def test_a_mention_of_our_role_calls_us_too() -> None:
    async with stage() as on:
        on.discord.say(on.ann, on.general, f"{on.discord.bot_role.mention} hello")
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        assert heard.text == "hello"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<@{me}> do it", "do it"),
        ("<@!{me}>do it", "do it"),
        ("please <@{me}> do it", "please do it"),
        ("<@{me}>\nfirst\n  second", "first\n  second"),
        ("<@{me}> ask <@{bob}>", "ask @Bob"),
        ("`x  y` <@{me}>", "`x  y`"),
    ],
)
async def test_our_mention_is_taken_out_and_others_are_named(written: str, text: str) -> None:
    async with stage() as on:
        bob = on.discord.person("Bob")
        on.discord.say(on.ann, on.general, written.format(me=on.discord.bot.id, bob=bob.id))
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        assert heard.text == text


async def test_files_come_with_the_message_and_can_be_fetched() -> None:
    async with stage() as on:
        text = f"{on.discord.bot.mention} read"
        on.discord.say(on.ann, on.general, text, files=[Sent("list.csv", b"a,b")])
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        (kept,) = heard.files
        assert (kept.name, kept.size) == ("list.csv", 3)
        surface = on.platform.surface(heard.address)
        assert surface
        assert await surface.fetch(kept) == b"a,b"


async def test_a_message_says_to_whom_it_is() -> None:
    """By mentions, and by what it replies to, whether that pings or not."""
    async with stage() as on:
        thread, bob = await on.thread(), on.discord.person("Bob")
        theirs = on.discord.say(bob, thread, "one")
        ours = messages.post(on.discord.world, thread, on.discord.bot, theirs.body)
        on.discord.say(on.ann, thread, f"{bob.mention} what do you think?")
        on.discord.say(on.ann, thread, "I think so too", reply_to=theirs)
        on.discord.say(on.ann, thread, "why?", reply_to=ours)
        heard = [await on.router.nth(number) for number in range(2, 6)]
        whom = [said.to if isinstance(said, Reply) else "us" for said in heard]
        assert whom == ["anyone", "others", "others", "us"]


async def test_a_mention_that_an_edit_adds_is_heard_as_one() -> None:
    async with stage() as on:
        said = on.discord.say(on.ann, on.general, "list primes")
        on.discord.edit(on.ann, said, f"{on.discord.bot.mention} list primes")
        heard = await on.router.nth(1)
        assert isinstance(heard, Edited)
        assert isinstance(heard.said, Mention)
        assert heard.said.text == "list primes"
        assert heard.address == address(on, on.general.id, said.id)


async def test_edits_in_our_threads_are_heard_with_the_newest_words() -> None:
    """Also of the message that began one, and of nothing else; a preview is no edit."""
    async with stage() as on:
        root = on.call("begin")
        thread = await on.opened((await on.router.nth(1)).address)
        said = on.discord.say(on.ann, thread, "use 8000")
        await on.router.nth(2)
        other = on.discord.say(on.ann, on.general, "who has the keys?")
        on.discord.edit(on.ann, other, "who has my keys?")
        messages.refresh(on.discord.world, said)
        on.discord.edit(on.ann, said, "use 9000")
        await on.router.nth(3)
        on.discord.edit(on.ann, root, "begin, please")
        await on.router.nth(4)
        heard = [said for said in on.router.heard if isinstance(said, Edited)]
        assert [edit.said.text for edit in heard] == ["use 9000", "begin, please"]


@pytest.mark.parametrize("where", ["channel", "thread", "direct"])
async def test_messages_that_are_deleted_are_heard_of(where: str) -> None:
    async with stage() as on:
        root = on.call("begin")
        thread = await on.opened((await on.router.nth(1)).address)
        gone = root
        if where == "thread":
            gone = on.discord.say(on.ann, thread, "use 8000")
            await on.router.nth(2)
        elif where == "direct":
            gone = on.discord.say(on.ann, on.discord.direct(on.ann), "use 8000")
            await on.router.nth(2)
        on.discord.delete(on.discord.say(on.ann, on.general, "who has the keys?"))
        on.discord.delete(gone)
        heard = await on.router.until(
            lambda: [s for s in on.router.heard if isinstance(s, Deleted)]
        )
        assert [(said.message_id, said.channel) for said in heard] == [
            (str(gone.id), str(gone.channel.id))
        ]


async def test_an_actor_has_the_names_and_ids_of_their_roles() -> None:
    """But no name that could be another role's id."""
    async with stage() as on:
        roles = [on.discord.add_role(name, on.ann) for name in ("ops", "71000")]
        on.call("hello")
        actor = (await on.router.nth(1)).actor
    assert (actor.id, actor.name) == (str(on.ann.id), "Ann")
    assert set(actor.roles) == {"ops", *(str(role.id) for role in roles)}


# --- what it does not hear -----------------------------------------------------------------------


async def test_bots_webhooks_ourselves_and_the_system_are_not_heard() -> None:
    async with stage() as on:
        world, bot = on.discord.world, on.discord.bot
        other = User(world.ids.next(), "Other", bot=True)
        call = on.call("begin").body
        for author, envelope in (
            (other, Envelope()),
            (bot, Envelope()),
            (on.ann, Envelope(webhook=world.ids.next())),
            (on.ann, Envelope(MessageKind.PINNED)),
        ):
            messages.post(world, on.general, author, call, envelope)
        on.call("end")
        await on.router.nth(2)
        assert [said.text for said in on.router.heard if isinstance(said, Mention)] == [
            "begin",
            "end",
        ]


async def test_everyone_is_not_us_and_channels_are_not_threads() -> None:
    async with stage() as on:
        on.discord.say(on.ann, on.general, "@everyone lunch?")
        on.discord.say(on.ann, on.general, "just talking")
        on.call("end")
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        assert heard.text == "end"


# --- without the intent --------------------------------------------------------------------------


async def test_without_the_intent_it_asks_once_to_be_mentioned() -> None:
    async with stage(portal=Portal(message_content=False)) as on:
        thread = await on.thread()
        on.discord.say(on.ann, thread, "and the folders")
        await on.discord.until(lambda: on.written(thread))
        on.discord.say(on.ann, thread, "hello?")
        on.call("and the folders", thread)
        second = await on.router.nth(2)
        assert isinstance(second, Mention)
        assert second.text == "and the folders"
        (asked,) = on.written(thread)
        assert "Mention me in every message" in asked
