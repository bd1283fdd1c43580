"""The message shortcut: on messages of others, on old ones, and on those that came to nothing."""

from __future__ import annotations

from pathlib import Path

from slack_router import SlackBench, slack_bench
from slack_stage import texts
from slack_strangers import let_in

from adapters.ports.inbound import Accepted, Mention, Refused, Reply
from adapters.simulators.slack.message import Message
from adapters.slack.inbound.admission import REFUSAL

ASK = "ask_agent"


async def pointed(bench: SlackBench, user: str, message: Message) -> None:
    answer = await bench.slack.shortcut(user, message.channel, message.ts, ASK)
    assert answer.acknowledged


async def told(bench: SlackBench, user: str, words: str) -> None:
    """Until they were told so, in private."""
    await bench.until(
        lambda: any(words in " ".join(texts([*m.blocks])) for m in bench.slack.ephemerals(user))
    )


async def test_a_member_can_ask_about_what_a_guest_may_not(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        let_in(bench.slack)
        message = await bench.slack.say("gus", "general", "@aether the build is red")
        await told(bench, "gus", REFUSAL[:40])
        await pointed(bench, "ann", message)
        (heard,) = await bench.settled()
        assert isinstance(heard, Mention)
        assert (heard.actor.name, heard.message_id) == ("Ann", message.ts)


async def test_who_points_at_it_again_is_told_each_time(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        message = await bench.slack.say("bob", "general", "the build is red")
        bench.router.answers = [Refused("Not today."), Accepted(), Accepted(known=True)]
        await pointed(bench, "ann", message)
        await told(bench, "ann", "Not today.")
        await pointed(bench, "ann", message)
        await bench.got(2)
        assert len(bench.slack.ephemerals("ann")) == 1
        await pointed(bench, "ann", message)
        await told(bench, "ann", "taken this message up already")


async def test_what_was_said_below_an_old_message_is_no_order(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        old = await bench.slack.say("bob", "general", "the build is red")
        chatter = await bench.slack.say("bob", "general", "delete it", thread_ts=old.ts)
        await bench.settled(0)  # it was heard, and kept for a call that may follow
        await pointed(bench, "ann", old)
        (heard,) = await bench.settled()
        assert isinstance(heard, Mention)
        assert heard.read_to > chatter.ts > heard.message_id
        await bench.slack.say("bob", "general", "in German", thread_ts=old.ts)
        _, reply = await bench.settled(2)
        assert isinstance(reply, Reply)
        assert reply.text == "in German"


async def test_a_message_without_a_thread_has_nothing_to_read(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        await pointed(bench, "ann", await bench.slack.say("bob", "general", "the build is red"))
        (heard,) = await bench.settled()
        assert isinstance(heard, Mention)
        assert heard.read_to == ""
