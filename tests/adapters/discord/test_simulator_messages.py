"""Messages by the real client: sent, edited, answered, read again, and refused for a reason."""

from __future__ import annotations

import io

import discord
import pytest
from discord import ui
from discord_sim_client import Bot, calling, online

from adapters.simulators.discord.call import Sent
from adapters.simulators.discord.permissions import Right
from adapters.simulators.discord.simulator import DiscordSimulator, Portal, twin
from runtime.clock import SystemClock
from runtime.testing.clock import ManualClock

MIB = 1024 * 1024


def place(bot: Bot, sim: DiscordSimulator, name: str = "general") -> discord.PartialMessageable:
    return bot.get_partial_messageable(sim.channel(name).id, guild_id=sim.guild.id)


def upload(size: int, name: str = "a.bin") -> discord.File:
    return discord.File(io.BytesIO(bytes(size)), name)


async def test_a_mention_is_heard_and_answered() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        ann, general = sim.person("Ann"), sim.channel("general")
        said = sim.say(ann, general, f"{sim.bot.mention} hello")
        heard = await bot.message()
        assert (heard.id, heard.author.id, heard.author.display_name) == (said.id, ann.id, "Ann")
        assert bot.user in heard.mentions
        assert isinstance(heard.guild, discord.Guild)
        assert heard.guild.self_role
        answer = await heard.reply("hello", mention_author=False)
        own = await bot.message()
        assert own.id == answer.id
        assert own.reference
        assert own.reference.message_id == said.id
        assert sim.said(general)[0].pinged == frozenset()
        by_role = sim.say(ann, general, f"{sim.bot_role.mention} hello")
        heard = await bot.message()
        assert heard.id == by_role.id
        assert heard.guild
        assert heard.guild.self_role in heard.role_mentions


async def test_an_edit_replaces_and_keeps_what_it_does_not_name() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        message = await place(bot, sim).send("one", embed=discord.Embed(title="kept"))
        stored = sim.said(sim.channel("general"))[0]
        await message.edit(content="two")
        assert [version.body.content for version in stored.versions] == ["one", "two"]
        assert stored.body.embeds[0]["title"] == "kept"
        assert stored.edited is not None
        again = await place(bot, sim).fetch_message(message.id)
        assert (again.content, again.embeds[0].title) == ("two", "kept")
        assert again.edited_at is not None


async def test_a_layout_shows_files_by_their_names() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        view = ui.LayoutView(timeout=None)
        shown = ui.MediaGallery[ui.LayoutView](discord.MediaGalleryItem("attachment://a.png"))
        box = ui.Container[ui.LayoutView](ui.TextDisplay("**hi**"), shown, accent_colour=0x336699)
        view.add_item(box)
        view.add_item(ui.File("attachment://b.txt"))
        files = [discord.File(io.BytesIO(b"png"), "a.png"), discord.File(io.BytesIO(b"x"), "b.txt")]
        message = await place(bot, sim).send(view=view, files=files)
        assert message.flags.components_v2
        parsed = ui.LayoutView.from_message(message)
        gallery = next(item for item in parsed.walk_children() if isinstance(item, ui.MediaGallery))
        assert gallery.items[0].media.url.startswith(sim.world.origin)
        assert await message.attachments[0].read() == b"png"
        changed = ui.LayoutView(timeout=None)
        changed.add_item(ui.TextDisplay("done"))
        await message.edit(view=changed, attachments=[message.attachments[1]])
        stored = sim.said(sim.channel("general"))[0]
        assert [file.name for file in stored.body.attachments] == ["b.txt"]


async def test_addresses_of_files_end() -> None:
    clock = ManualClock()
    async with twin(clock) as sim, online(sim) as bot:
        ann = sim.person("Ann")
        sim.say(ann, sim.channel("general"), "look", [Sent("../my file!.txt", b"text")])
        heard = await bot.message()
        assert heard.attachments[0].filename == "..my_file.txt"
        assert await heard.attachments[0].read() == b"text"
        clock.advance(25 * 3_600)
        with pytest.raises(discord.NotFound):
            await heard.attachments[0].read()
        fresh = await heard.fetch()
        assert await fresh.attachments[0].read() == b"text"


async def test_a_file_of_eleven_mebibytes_and_an_eleventh_file_are_refused() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        with pytest.raises(discord.HTTPException) as large:
            await place(bot, sim).send(file=upload(11 * MIB))
        assert (large.value.status, large.value.code) == (413, 40005)
        with pytest.raises(discord.HTTPException) as together:
            await place(bot, sim).send(files=[upload(9 * MIB, f"{n}") for n in range(3)])
        assert (together.value.status, together.value.code) == (413, 40005)
        await place(bot, sim).send(files=[upload(1, f"{n}") for n in range(10)])
        async with calling(sim) as rest:
            path = f"/channels/{sim.channel('general').id}/messages"
            files = {f"{n}": b"x" for n in range(11)}
            status, said = await rest("POST", path, {"content": "x"}, files)
            assert (status, said["code"]) == (400, 30015)


async def test_the_same_nonce_makes_one_message() -> None:
    clock = ManualClock()
    async with twin(clock) as sim, online(sim) as bot:
        first = await place(bot, sim).send("once", nonce="outbox-1")
        again = await place(bot, sim).send("once", nonce="outbox-1")
        assert first.id == again.id
        assert (await place(bot, sim, "random").send("there", nonce="outbox-1")).id != first.id
        clock.advance(600)
        assert (await place(bot, sim).send("later", nonce="outbox-1")).id != first.id


async def test_history_goes_on_after_a_message() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        ann, general = sim.person("Ann"), sim.channel("general")
        said = [sim.say(ann, general, f"{n}") for n in range(120)]
        after = discord.Object(said[4].id)
        found = [m.content async for m in place(bot, sim).history(after=after, oldest_first=True)]
        assert found == [f"{n}" for n in range(5, 105)]
        newest = [m.content async for m in place(bot, sim).history(limit=2)]
        assert newest == ["119", "118"]


async def test_what_is_gone_is_gone() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        message = await place(bot, sim).send("soon gone")
        sim.delete(sim.said(sim.channel("general"))[0])
        await bot.until("raw_message_delete")
        for call in (message.edit(content="x"), message.delete(), message.add_reaction("👀")):
            with pytest.raises(discord.NotFound) as gone:
                await call
            assert gone.value.code == 10008
        with pytest.raises(discord.HTTPException) as reply:
            await message.reply("x")
        assert reply.value.code == 50035
        quiet = message.to_reference(fail_if_not_exists=False)
        assert (await place(bot, sim).send("x", reference=quiet)).reference is None
        sim.remove(sim.channel("general"))
        with pytest.raises(discord.NotFound) as channel:
            await message.edit(content="x")
        assert channel.value.code == 10003


@pytest.mark.parametrize(
    ("right", "code"),
    [
        (Right.VIEW_CHANNEL, 50001),
        (Right.SEND_MESSAGES, 50013),
        (Right.ATTACH_FILES, 50013),
    ],
)
async def test_a_missing_permission_is_named(right: Right, code: int) -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        sim.forbid(sim.channel("general"), right)
        with pytest.raises(discord.Forbidden) as no:
            await place(bot, sim).send("x", file=upload(1))
        assert no.value.code == code
        await bot.until("guild_channel_update")
        channel = bot.get_channel(sim.channel("general").id)
        assert isinstance(channel, discord.TextChannel)
        name = Right(right).name or ""
        assert not getattr(channel.permissions_for(channel.guild.me), name.lower())


async def test_without_embed_links_an_embed_is_dropped_in_silence() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        sim.forbid(sim.channel("general"), Right.EMBED_LINKS)
        assert (await place(bot, sim).send("x", embed=discord.Embed(title="t"))).embeds == []


async def test_only_the_author_edits() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        said = sim.say(sim.person("Ann"), sim.channel("general"), "mine")
        theirs = place(bot, sim).get_partial_message(said.id)
        with pytest.raises(discord.Forbidden) as edited:
            await theirs.edit(content="yours")
        assert edited.value.code == 50005
        with pytest.raises(discord.Forbidden) as deleted:
            await theirs.delete()
        assert deleted.value.code == 50013
        sim.grant(Right.MANAGE_MESSAGES)
        await theirs.delete()
        assert sim.messages(sim.channel("general")) == []


async def test_slow_mode_holds_for_bots() -> None:
    clock = ManualClock()
    async with twin(clock) as sim, calling(sim) as rest:
        sim.channel("general").slow = 30
        path = f"/channels/{sim.channel('general').id}/messages"
        assert (await rest("POST", path, {"content": "x"}))[0] == 200
        status, said = await rest("POST", path, {"content": "x"})
        assert (status, said["code"], said["retry_after"]) == (429, 20016, 30.0)
        clock.advance(31)
        assert (await rest("POST", path, {"content": "x"}))[0] == 200


async def test_direct_messages_reach_who_takes_them() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        ben = sim.person("Ben")
        sim.say(ben, sim.direct(ben), "psst")
        heard = await bot.message()
        assert (heard.content, heard.guild) == ("psst", None)
        await heard.channel.send("yes?")
        assert [m.content for m in sim.messages(sim.direct(ben))] == ["psst", "yes?"]
        ben.reachable = False
        with pytest.raises(discord.Forbidden) as no:
            await heard.channel.send("still there?")
        assert no.value.code == 50007


async def test_reactions_are_seen_and_bounded() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        said = sim.say(sim.person("Ann"), sim.channel("general"), "hm")
        heard = await bot.message()
        await heard.add_reaction("👀")
        sim.react(sim.person("Ben"), said, "👀")
        await bot.until("raw_reaction_add", 2)
        assert [user.name for user in said.reactions["👀"]] == ["Aether", "Ben"]
        assert bot.user
        await heard.remove_reaction("👀", bot.user)
        assert [user.name for user in said.reactions["👀"]] == ["Ben"]
        for number in range(19):
            sim.react(sim.person("Ben"), said, chr(0x1F600 + number))
        with pytest.raises(discord.HTTPException) as many:
            await heard.add_reaction("✅")
        assert many.value.code == 30010
        with pytest.raises(discord.HTTPException) as nonsense:
            await heard.add_reaction("word")
        assert nonsense.value.code == 10014


async def test_without_the_intent_a_text_is_empty_unless_it_is_meant_for_the_bot() -> None:
    bot = Bot(intents=discord.Intents.default())
    portal = Portal(message_content=False)
    async with twin(SystemClock(), portal=portal) as sim, online(sim, bot):
        ann, general = sim.person("Ann"), sim.channel("general")
        sim.say(ann, general, "secret", [Sent("a.txt", b"x")])
        hidden = await bot.message()
        assert (hidden.content, hidden.attachments) == ("", [])
        assert (await hidden.fetch()).content == ""
        for channel, text in ((general, f"{sim.bot.mention} open"), (sim.direct(ann), "open")):
            sim.say(ann, channel, text)
            assert (await bot.message()).content == text
        await place(bot, sim).send("own")
        assert (await bot.message()).content == "own"
