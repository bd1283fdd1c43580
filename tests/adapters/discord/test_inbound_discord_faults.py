"""Messages on Discord when something goes wrong: order, retries, refusals, what is too long."""

from __future__ import annotations

import asyncio

import pytest
from discord_clock import Still
from discord_router import FakeRouter, Stage, serving, stage

from adapters.discord.inbound.threads import Threads
from adapters.ports.inbound import InfoReply, Mention, Refused, Reply
from adapters.simulators.discord.faults import Broken, Dropped
from adapters.simulators.discord.simulator import twin
from runtime.errors import JournalUnavailable, ToolError
from runtime.ids import Address

CLOSED = JournalUnavailable("the disk is full")


async def test_one_thread_keeps_its_order_and_others_do_not_wait_for_it() -> None:
    async with stage() as on:
        thread = await on.thread()
        on.router.open.clear()
        on.discord.say(on.ann, thread, "one")
        on.discord.say(on.ann, thread, "two")
        on.call("elsewhere")
        await on.router.until(lambda: len(on.router.tried) == 3)
        tried = [said.text for said in on.router.tried[1:] if isinstance(said, Mention | Reply)]
        assert sorted(tried) == ["elsewhere", "one"], "two waits for one, elsewhere for nobody"
        on.router.open.set()
        await on.router.nth(4)
        heard = [said.text for said in on.router.heard if isinstance(said, Reply)]
        assert heard == ["one", "two"]


async def test_a_journal_that_is_closed_for_a_moment_loses_nothing() -> None:
    async with stage() as on:
        on.router.answers += [CLOSED, CLOSED]
        on.call("do not forget me")
        await on.router.nth(1)
        assert on.router.clock.slept == [0.5, 1.0]


async def test_a_journal_that_stays_closed_loses_nothing() -> None:
    async with stage() as on:
        on.router.answers += [CLOSED] * 13
        on.call("do not forget me")
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        assert heard.text == "do not forget me"


async def test_a_journal_that_cannot_be_read_loses_no_reply() -> None:
    """Whether the thread is ours stands there."""
    async with twin(Still()) as discord:
        router = FakeRouter()
        async with serving(discord, router) as platform:
            on = Stage(discord, router, platform)
            thread = await on.thread()
        router.unread += [CLOSED] * 7
        async with serving(discord, router):
            discord.say(on.ann, thread, "and the folders")
            assert isinstance(await router.nth(2), Reply)


async def test_a_channel_that_cannot_be_fetched_loses_no_reply() -> None:
    async with stage() as on:
        thread = await on.thread()
        on.discord.archive(thread)
        on.discord.fail("channel", Broken(503), Dropped())
        on.discord.say(on.ann, thread, "still there?")
        heard = await on.router.nth(2)
        assert isinstance(heard, Reply)
        assert heard.text == "still there?"


async def test_a_sticker_alone_is_nothing_to_do() -> None:
    """But who calls us without a word is asked for one."""
    async with stage() as on:
        thread = await on.thread()
        on.discord.say(on.ann, thread, "")
        on.discord.say(on.ann, thread, "a word")
        assert isinstance(await on.router.nth(2), Reply)
        on.call("", thread)
        assert isinstance(await on.router.nth(3), Mention)
        assert [getattr(said, "text", None) for said in on.router.heard] == ["begin", "a word", ""]


async def test_a_thread_that_begins_while_it_is_looked_up_is_ours() -> None:
    router = FakeRouter()
    threads = Threads(router)
    here = Address(platform="discord", team="1", channel="2", thread="3")
    router.reading.clear()
    looking = asyncio.create_task(threads.ours(here))
    await router.until(lambda: router.looks)
    threads.begun(here)
    router.reading.set()
    await looking
    assert await threads.ours(here)


async def test_a_bug_in_one_event_does_not_end_the_others() -> None:
    async with stage() as on:
        on.router.bugs.append(ZeroDivisionError("a bug"))
        on.call("breaks")
        on.call("works")
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        assert heard.text == "works"


async def test_a_file_that_is_gone_is_told_at_once() -> None:
    async with stage() as on:
        on.router.answers.append(ToolError("list.csv is gone: send it again"))
        said = on.call("read it")
        await on.discord.until(lambda: on.written(on.general))
        assert on.written(on.general) == ["list.csv is gone: send it again"]
        answer = on.discord.messages(on.general)[-1]
        assert answer.reply
        assert answer.reply.message == said.id
        assert not answer.pinged


@pytest.mark.parametrize(
    ("receipt", "text"),
    [
        (Refused("Say what to do."), "Say what to do."),
        (InfoReply("Status", "It *works*."), "**Status**\nIt *works*."),
    ],
)
async def test_a_refusal_and_a_sheet_answer_the_message(
    receipt: Refused | InfoReply, text: str
) -> None:
    async with stage() as on:
        on.router.answers.append(receipt)
        on.call("status")
        await on.discord.until(lambda: on.written(on.general))
        assert on.written(on.general) == [text]


async def test_a_sheet_that_is_too_long_is_cut_and_comes_as_a_file() -> None:
    async with stage() as on:
        body = "word " * 1_000
        on.router.answers.append(InfoReply("Details", body))
        on.call("status")
        await on.discord.until(lambda: on.written(on.general))
        said = on.discord.messages(on.general)[-1].body
        assert len(said.content) == 2_000
        assert said.content.endswith("the file has all of it.")
        (file,) = said.attachments
        assert file.data.decode() == f"**Details**\n{body}"


async def test_a_receipt_wakes_nobody() -> None:
    async with stage() as on:
        on.router.answers.append(Refused(f"@everyone {on.ann.mention} may not"))
        on.call("stop")
        await on.discord.until(lambda: on.written(on.general))
        assert not on.discord.messages(on.general)[-1].pinged
