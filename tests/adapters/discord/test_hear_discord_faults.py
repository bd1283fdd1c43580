"""Messages on Discord when something goes wrong: order, retries, refusals, what is too long."""

from __future__ import annotations

import pytest
from discord_desk import stage

from adapters.inbound import Mention, Refused, Reply, Sheet
from runtime.errors import JournalUnavailable, ToolError

CLOSED = JournalUnavailable("the disk is full")


async def test_one_thread_keeps_its_order_and_others_do_not_wait_for_it() -> None:
    async with stage() as on:
        thread = await on.thread()
        on.desk.open.clear()
        on.discord.say(on.ann, thread, "one")
        on.discord.say(on.ann, thread, "two")
        on.call("elsewhere")
        await on.desk.until(lambda: len(on.desk.tried) == 3)
        tried = [said.text for said in on.desk.tried[1:] if isinstance(said, Mention | Reply)]
        assert sorted(tried) == ["elsewhere", "one"], "two waits for one, elsewhere for nobody"
        on.desk.open.set()
        await on.desk.nth(4)
        heard = [said.text for said in on.desk.heard if isinstance(said, Reply)]
        assert heard == ["one", "two"]


async def test_a_journal_that_is_closed_for_a_moment_loses_nothing() -> None:
    async with stage() as on:
        on.desk.answers += [CLOSED, CLOSED]
        on.call("do not forget me")
        await on.desk.nth(1)
        assert on.desk.clock.slept == [0.5, 1.0]


async def test_a_journal_that_stays_closed_ends_the_trying_not_the_hearing() -> None:
    async with stage() as on:
        on.desk.answers += [CLOSED] * 6
        on.call("lost")
        await on.desk.until(lambda: len(on.desk.tried) == 6)
        on.call("found")
        heard = await on.desk.nth(1)
        assert isinstance(heard, Mention)
        assert (heard.text, sum(on.desk.clock.slept)) == ("found", 15.5)


async def test_a_bug_in_one_event_does_not_end_the_others() -> None:
    async with stage() as on:
        on.desk.bugs.append(ZeroDivisionError("a bug"))
        on.call("breaks")
        on.call("works")
        heard = await on.desk.nth(1)
        assert isinstance(heard, Mention)
        assert heard.text == "works"


async def test_a_file_that_is_gone_is_told_at_once() -> None:
    async with stage() as on:
        on.desk.answers.append(ToolError("list.csv is gone: send it again"))
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
        (Sheet("Status", "It *works*."), "**Status**\nIt *works*."),
    ],
)
async def test_a_refusal_and_a_sheet_answer_the_message(
    receipt: Refused | Sheet, text: str
) -> None:
    async with stage() as on:
        on.desk.answers.append(receipt)
        on.call("status")
        await on.discord.until(lambda: on.written(on.general))
        assert on.written(on.general) == [text]


async def test_a_sheet_that_is_too_long_is_cut_and_comes_as_a_file() -> None:
    async with stage() as on:
        body = "word " * 1_000
        on.desk.answers.append(Sheet("Details", body))
        on.call("status")
        await on.discord.until(lambda: on.written(on.general))
        said = on.discord.messages(on.general)[-1].body
        assert len(said.content) == 2_000
        assert said.content.endswith("the file has all of it.")
        (file,) = said.attachments
        assert file.data.decode() == f"**Details**\n{body}"


async def test_a_receipt_wakes_nobody() -> None:
    async with stage() as on:
        on.desk.answers.append(Refused(f"@everyone {on.ann.mention} may not"))
        on.call("stop")
        await on.discord.until(lambda: on.written(on.general))
        assert not on.discord.messages(on.general)[-1].pinged
