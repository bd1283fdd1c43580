"""The table of messages, typed on Discord: what is heard of each, and whether it is for the
agent."""

from __future__ import annotations

import pytest
from audience_table import PLACES, TABLE, Row
from discord_router import Stage, stage

from adapters.intake.audience import No, Unsure, Yes, for_us
from adapters.ports.inbound import Mention, Reply
from adapters.simulators.discord.call import Sent
from adapters.simulators.discord.channel import Channel
from bot.chat.audience import as_heard

ROWS = [row for row in TABLE if not row.pictures and row.only in ("", "discord")]
VERDICTS = {"for_us": Yes, "not_for_us": No, "unsure": Unsure}


def say(on: Stage, where: Channel, row: Row) -> str:
    bot, bob = on.discord.bot.mention, on.discord.person("Bob").mention
    files = [Sent("notes.txt", b"notes")] if row.files else []
    text = row.text.format(bot=bot, bob=bob, here="@here")
    return str(on.discord.say(on.ann, where, text, files=files).id)


@pytest.mark.parametrize("place", PLACES)
async def test_the_table_holds_on_discord(place: str) -> None:
    async with stage() as on:
        kind, situation = PLACES[place]
        thread = await on.thread()
        places = {"channel": on.general, "thread": thread, "direct": on.discord.direct(on.ann)}
        rows = {say(on, places[kind], row): row for row in ROWS if row.place == place}
        heard = rows if kind != "channel" else {t: r for t, r in rows.items() if "{bot}" in r.text}
        await on.router.nth(len(heard) + 1)
        got = {said.message_id: said for said in on.router.heard[1:]}
        assert set(got) == set(heard), "what is for nobody is not even heard"
        for number, row in heard.items():
            said = got[number]
            assert isinstance(said, Mention | Reply)
            assert isinstance(for_us(as_heard(said), situation), VERDICTS[row.verdict]), row
