"""What a message on Discord holds beside its text: what it answers, cards of apps, titles; and its
own syntax, as people read it."""

from __future__ import annotations

import pytest
from discord_router import stage
from discord_thread import scene

from adapters.discord.inbound.markup import readable
from adapters.ports.inbound import Mention
from adapters.simulators.discord import messages
from adapters.simulators.discord.message import Body
from adapters.simulators.discord.messages import Envelope
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.people import User
from runtime.events import Part
from runtime.ids import Address

EMBED: Json = {
    "type": "rich",
    "title": "[FIRING] DiskFull node-7",
    "description": "93% used on /var",
    "fields": [{"name": "Host", "value": "db-2", "inline": False}],
}
CARD = "[FIRING] DiskFull node-7\n93% used on /var\nHost: db-2"


async def test_what_is_replied_to_belongs_to_the_request() -> None:
    async with stage() as on:
        ben = on.discord.person("Ben")
        theirs = on.discord.say(ben, on.general, "the build is red")
        text = f"{on.discord.bot.mention} how could we fix this?"
        on.discord.say(on.ann, on.general, text, reply_to=theirs)
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        assert heard.text == "how could we fix this?"
        assert heard.parts == (Part(kind="reply", author="Ben", text="the build is red"),)


async def test_a_bare_call_is_about_what_it_replies_to_and_an_answer_of_ours_is_known() -> None:
    async with stage() as on:
        alert = messages.post(
            on.discord.world,
            on.general,
            User(on.discord.world.ids.next(), "Alerts", bot=True),
            Body(embeds=(EMBED,)),
            Envelope(webhook=on.discord.world.ids.next()),
        )
        on.discord.say(on.ann, on.general, on.discord.bot.mention, reply_to=alert)
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        assert heard.text == ""
        assert heard.parts == (Part(kind="reply", author="alerts", text=CARD),)


async def test_a_post_in_a_forum_has_its_title() -> None:
    async with stage() as on:
        forum = on.discord.channel("ideas")
        words = f"{on.discord.bot.mention} please check"
        on.discord.post_in_forum(on.ann, forum, "Disk full on node-7", words)
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        assert heard.parts == (Part(kind="title", text="Disk full on node-7"),)


async def test_names_and_times_are_read_as_people_see_them() -> None:
    async with stage() as on:
        random = on.discord.channel("random")
        text = f"see <#{random.id}> and <:party:123456789012345678> at <t:1764500000:F>"
        on.discord.say(on.ann, on.general, f"{on.discord.bot.mention} {text}")
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        assert heard.text == "see #random and :party: at 2025-11-30 10:53 UTC"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("<a:wave:123456789012345678>", ":wave:"),
        ("</deploy now:123456789012345678>", "/deploy now"),
        ("<t:0>", "1970-01-01 00:00 UTC"),
        ("<t:999999999999:R>", "<t:999999999999:R>"),
        ("<id:customize>", "#customize"),
        ("<#42> <@42> <@&42>", "#unknown-channel @somebody @a role"),
        ("a < b <c> 1 <:3", "a < b <c> 1 <:3"),
    ],
)
def test_syntax_is_undone(typed: str, read: str) -> None:
    assert readable(typed, None) == read


async def test_history_holds_what_other_apps_posted() -> None:
    async with scene() as there:
        thread = there.channel(await there.place())
        world = there.twin.world
        alerts = User(world.ids.next(), "Alerts", bot=True)
        hook = Envelope(webhook=world.ids.next())
        messages.post(world, thread, alerts, Body(embeds=(EMBED,)), hook)
        there.twin.say(there.ann, thread, "again?")
        called, alert, ann = await there.surface.history(there.address, "")
        assert (called.message_id, called.app) == (str(there.called.id), False)
        assert (alert.app, alert.actor.name, alert.text) == (True, "alerts", "")
        assert alert.parts == (Part(kind="card", text=CARD),)
        assert (ann.app, ann.text) == (False, "again?")


async def test_the_message_that_a_thread_was_opened_on_is_its_first_line() -> None:
    async with scene() as there:
        ben = there.twin.person("Ben")
        starter = there.twin.say(ben, there.called.channel, "the build is red")
        thread = there.twin.open_thread(ben, starter, "red")
        there.twin.say(there.ann, thread, "since when?")
        said = await there.surface.history(there.beneath(starter), "")
        assert [reply.text for reply in said] == ["the build is red", "since when?"]


async def test_a_channel_is_read_without_a_thread() -> None:
    async with scene() as there:
        channel = there.called.channel
        there.twin.say(there.ann, channel, "why is it red?")
        address = Address(
            platform="discord", team=str(there.twin.guild.id), channel=str(channel.id), thread=""
        )
        assert (await there.surface.history(address, ""))[-1].text == "why is it red?"
