"""Reading threads: what people said, and which messages are ours."""

from __future__ import annotations

from dataclasses import replace

from slack_stage import stage

from adapters.simulators.slack.faults import Refused
from adapters.slack.outbound.thread import Message, found, order
from adapters.slack.render.card import named
from adapters.testing.contract import answer, work
from runtime.clock import SystemClock


async def test_history_is_what_people_said_after() -> None:
    async with stage(SystemClock()) as it:
        thread = it.address.thread
        await it.surface.post(it.place, answer("mine"))
        first = await it.slack.say("bob", "general", "@aether a & b, @cy", thread)
        await it.slack.say("cy", "general", "elsewhere")
        second = await it.slack.say("ann", "general", "and this", thread)
        everything = await it.surface.history(it.address, "")
        assert [reply.message_id for reply in everything] == [thread, first.ts, second.ts]
        assert [reply.actor.name for reply in everything] == ["Ann", "Bob", "Ann"]
        assert everything[1].text == "a & b, @Cy"
        assert {reply.channel for reply in everything} == {it.address.channel}
        (last,) = await it.surface.history(it.address, first.ts)
        assert last.message_id == second.ts
        assert await it.surface.history(it.address, second.ts) == ()


async def test_a_reply_that_is_also_sent_to_the_channel_is_said() -> None:
    """With "Also send to channel": a reply of the thread, under a subtype of its own."""
    async with stage(SystemClock()) as it:
        said = await it.slack.say("bob", "general", "everybody, look", it.address.thread)
        sent = replace(said, subtype="thread_broadcast", broadcast=True)
        it.slack.channel("general").put(sent)
        (reply,) = await it.surface.history(it.address, it.address.thread)
        assert (reply.message_id, reply.text) == (said.ts, "everybody, look")


async def test_people_keep_their_names() -> None:
    """Slack is asked once, about who wrote and about us; whom it does not tell has only an id."""
    async with stage(SystemClock()) as it:
        for _ in range(3):
            await it.surface.history(it.address, "")
        assert it.called("users.info") == ["users.info"] * 2
        for _ in range(2):
            it.slack.inject(Refused("users.info", "user_not_found"))
        (reply,) = await it.restarted(allow_guests=True).history(it.address, "")
        assert (reply.actor.id, reply.actor.name) == (it.slack.person("ann").id, "")


async def test_only_our_own_messages_are_found() -> None:
    """Metadata is open to every app: a foreign message may claim our key."""
    async with stage(SystemClock()) as it:
        ref = await it.surface.post(it.place, work())
        ours = it.message(ref)
        assert ours is not None
        assert ours.metadata == named(work().key)
        await it.surface.delete(ref)
        cy = it.slack.person("cy").id
        forged = replace(ours, user=cy, bot_id="B0OTHER", app_id="A0OTHER")
        it.slack.channel("general").put(forged)
        assert await it.surface.find(it.place, work().key) is None
        again = await it.surface.post(it.place, work())
        assert await it.surface.find(it.place, work().key) == again


def test_the_oldest_of_two_counts() -> None:
    told = [{"ts": ts, "metadata": named(work().key)} for ts in ("1.1", "2.1")]
    messages = [Message.model_validate(message) for message in told]
    assert found(messages, work().key) == "1.1"


def test_two_streams_without_a_key_belong_to_nobody() -> None:
    messages = [
        Message.model_validate({"ts": ts, "streaming_state": "in_progress"})
        for ts in ("1.1", "2.1")
    ]
    assert found(messages[:1], answer("").key) == "1.1"
    assert found(messages, answer("").key) == ""


def test_time_stamps_are_texts() -> None:
    stamps = ["1000.000002", "999.000001", "1795372415.701999", "1000.000001"]
    assert sorted(stamps, key=order) == [stamps[1], stamps[3], stamps[0], stamps[2]]
