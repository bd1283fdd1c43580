"""The table of messages, typed in Slack: what is heard of each, and whether it is for the agent."""

from __future__ import annotations

from pathlib import Path

import pytest
from audience_table import PLACES, TABLE, Row
from slack_router import SlackBench, slack_bench

from adapters.intake.audience import No, Unsure, Yes, for_us
from adapters.ports.inbound import Mention, Reply
from bot.chat.audience import as_heard

ROWS = [row for row in TABLE if not row.pictures and row.only in ("", "slack")]
VERDICTS = {"for_us": Yes, "not_for_us": No, "unsure": Unsure}


def typed(row: Row) -> str:
    """As Slack's client sends it: a typed "@aether" that is chosen from no list stays text."""
    plain = row.text.replace("@Aether", "@\u200bAether")
    return plain.format(bot="@aether", bob="@bob", here="<!here>")


async def say(bench: SlackBench, row: Row, thread: str) -> str:
    place = PLACES[row.place][0]
    where = "dm" if place == "direct" else "general"
    files = (("notes.txt", b"notes"),) if row.files else ()
    root = thread if place == "thread" else None
    said = await bench.slack.say("ann", where, typed(row), thread_ts=root, files=files)
    return said.ts


@pytest.mark.parametrize("place", PLACES)
async def test_the_table_holds_on_slack(place: str, tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        thread = (await bench.slack.say("ann", "general", "@aether begin")).ts
        await bench.got(1)
        rows = {await say(bench, row, thread): row for row in ROWS if row.place == place}
        kind, situation = PLACES[place]
        heard = rows if kind != "channel" else {t: r for t, r in rows.items() if "{bot}" in r.text}
        got = {i.message_id: i for i in await bench.settled(len(heard) + 1)}
        assert set(got) - {thread} == set(heard), "what is for nobody is not even heard"
        for ts, row in heard.items():
            said = got[ts]
            assert isinstance(said, Mention | Reply)
            assert isinstance(for_us(as_heard(said), situation), VERDICTS[row.verdict]), row
