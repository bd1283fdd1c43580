"""Who is woken by a message: the server's own rules, not the client's."""

from __future__ import annotations

import discord
import pytest
from discord_sim_client import online

from adapters.simulators.discord.message import Message
from adapters.simulators.discord.permissions import Right
from adapters.simulators.discord.simulator import DiscordSimulator, twin
from runtime.clock import SystemClock


def names(sim: DiscordSimulator, message: Message) -> set[str]:
    return {sim.world.users[number].name for number in message.pinged}


async def test_what_is_allowed_decides() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        ann, ben, cleo = (sim.person(name) for name in ("Ann", "Ben", "Cleo"))
        team = sim.add_role("team", ben, cleo, mentionable=True)
        shy = sim.add_role("shy", ann)
        text = f"{ann.mention} {ben.mention} {team.mention} {shy.mention} @everyone"
        place = bot.get_partial_messageable(sim.channel("general").id, guild_id=sim.guild.id)
        allowed = discord.AllowedMentions
        expected: list[tuple[discord.AllowedMentions | None, set[str]]] = [
            (None, {"Ann", "Ben", "Cleo"}),
            (allowed.none(), set()),
            (allowed(users=[ann], roles=False, everyone=False), {"Ann"}),
            (allowed(users=False, roles=[team], everyone=False), {"Ben", "Cleo"}),
        ]
        for given, woken in expected:
            if given is None:
                await place.send(text)
            else:
                await place.send(text, allowed_mentions=given)
            assert names(sim, sim.said(sim.channel("general"))[-1]) == woken
        await place.send("@here", allowed_mentions=allowed.all())
        assert not sim.said(sim.channel("general"))[-1].pinged
        sim.grant(Right.MENTION_EVERYONE)
        await place.send("@here", allowed_mentions=allowed.all())
        assert names(sim, sim.said(sim.channel("general"))[-1]) == {"Ann", "Ben", "Cleo"}


@pytest.mark.parametrize("quiet", [True, False])
async def test_an_edit_is_parsed_anew_by_the_default_of_the_server(quiet: bool) -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        ann = sim.person("Ann")
        place = bot.get_partial_messageable(sim.channel("general").id, guild_id=sim.guild.id)
        message = await place.send("x", allowed_mentions=discord.AllowedMentions.none())
        view = discord.ui.LayoutView(timeout=None)
        view.add_item(discord.ui.TextDisplay(f"look, {ann.mention}"))
        if quiet:
            none = discord.AllowedMentions.none()
            await message.edit(content=None, view=view, allowed_mentions=none)
        else:
            await message.edit(content=None, view=view)
        stored = sim.said(sim.channel("general"))[0]
        assert names(sim, stored) == (set() if quiet else {"Ann"})


async def test_a_reply_wakes_unless_it_says_not_to_and_code_wakes_nobody() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        ann, general = sim.person("Ann"), sim.channel("general")
        sim.say(ann, general, "question")
        heard = await bot.message()
        await heard.reply("answer", mention_author=True)
        assert names(sim, sim.said(general)[-1]) == {"Ann"}
        await heard.reply("answer", mention_author=False)
        assert not sim.said(general)[-1].pinged
        await heard.channel.send(f"`{ann.mention}`")
        assert not sim.said(general)[-1].pinged
        answer = sim.said(general)[0]
        sim.say(ann, general, "thanks", reply_to=answer)
        assert sim.messages(general)[-1].body.mentions.users == (sim.bot,)
        sim.say(ann, general, "thanks", reply_to=answer, ping=False)
        assert sim.messages(general)[-1].body.mentions.users == ()
