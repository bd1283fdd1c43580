"""What a person is told who presses a button on Discord, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from discord_desk import stage
from discord_gate import Ahead, answered, gate, notices, refused_answers

from adapters.discord.hear.hearing import NOT_RECORDED
from adapters.discord.presses import encode
from adapters.discord.simulator.faults import Broken, Unanswered
from adapters.discord.simulator.interaction import Answer
from adapters.inbound import Press, Refused, Sheet
from runtime.errors import JournalUnavailable

STRANGER = Refused("Only Ann may decide this.")


async def test_a_stranger_is_refused_alone() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        on.desk.answers.append(STRANGER)
        ben = on.discord.person("Ben")
        click = on.discord.click(ben, message, encode(yes))
        assert await answered(on, click) is Answer.MESSAGE
        assert [said.content for said in on.discord.ephemerals(ben)] == [STRANGER.text]
        assert notices(on) == []
        assert on.written(message.channel) == ["May I?"]


async def test_details_are_shown_to_one_person() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        on.desk.answers.append(Sheet("De*tails*", "- one\n- two"))
        on.discord.click(on.ann, message, encode(yes))
        await on.discord.until(lambda: notices(on))
        assert notices(on) == ["**De\\*tails\\***\n- one\n- two"]


async def test_long_details_come_with_a_file() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        on.desk.answers.append(Sheet("Details", "line\n" * 1_000))
        on.discord.click(on.ann, message, encode(yes))
        await on.discord.until(lambda: notices(on))
        (said,) = on.discord.ephemerals(on.ann)
        assert len(said.content) == 2_000
        assert said.body.attachments[0].data.decode().endswith("line\n" * 1_000)


@pytest.mark.parametrize(
    ("receipt", "shown"),
    [(None, []), (STRANGER, [STRANGER.text]), (Sheet("A", "b"), ["**A**\nb"])],
    ids=["accepted", "refused", "sheet"],
)
async def test_a_slow_desk_is_waited_for(receipt: Refused | Sheet | None, shown: list[str]) -> None:
    """Discord is told in time that it takes longer."""
    clock = Ahead()
    async with stage(clock) as on:
        message, yes, _ = await gate(on)
        on.desk.answers += [receipt] if receipt else []
        on.desk.open.clear()
        click = on.discord.click(on.ann, message, encode(yes))
        on.desk.clock.impatient.set()
        assert await answered(on, click) is Answer.DEFERRED_UPDATE
        clock.ahead = timedelta(minutes=1)
        on.desk.open.set()
        await on.desk.nth(2)
        await on.discord.until(lambda: notices(on) == shown)


async def test_a_press_that_expired_counts_in_silence() -> None:
    clock = Ahead()
    async with stage(clock) as on:
        message, yes, _ = await gate(on)
        on.desk.open.clear()
        on.discord.click(on.ann, message, encode(yes))
        await on.desk.until(lambda: len(on.desk.tried) == 2)
        clock.ahead = timedelta(seconds=4)
        on.desk.open.set()
        assert isinstance(await on.desk.nth(2), Press)
        await on.discord.until(lambda: refused_answers(on))
        assert on.written(message.channel) == ["May I?"]


@pytest.mark.parametrize("wait", [timedelta(seconds=4), timedelta(minutes=16)])
async def test_a_refusal_that_came_too_late_is_told_in_the_thread(wait: timedelta) -> None:
    """After three seconds without an answer, and after fifteen minutes with one."""
    clock = Ahead()
    async with stage(clock) as on:
        message, yes, _ = await gate(on)
        on.desk.answers.append(STRANGER)
        on.desk.open.clear()
        click = on.discord.click(on.ann, message, encode(yes))
        if wait > timedelta(seconds=4):
            on.desk.clock.impatient.set()
            await answered(on, click)
        await on.desk.until(lambda: len(on.desk.tried) == 2)
        clock.ahead = wait
        on.desk.open.set()
        told = f"{on.ann.mention} {STRANGER.text}"
        await on.discord.until(lambda: told in on.written(message.channel))
        assert on.discord.said(message.channel)[-1].pinged == {on.ann.id}


async def test_an_interaction_that_was_answered_already_is_left_alone() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        on.desk.answers.append(STRANGER)
        on.desk.open.clear()
        click = on.discord.click(on.ann, message, encode(yes))
        await on.desk.until(lambda: len(on.desk.tried) == 2)
        click.answer = Answer.DEFERRED_UPDATE
        on.desk.open.set()
        await on.discord.until(lambda: refused_answers(on) == [40060])
        assert on.written(message.channel) == ["May I?"]
        assert notices(on) == []


@pytest.mark.parametrize("fault", [Broken(500), Unanswered()])
async def test_an_answer_that_is_lost_does_not_stop_the_hearing(fault: Broken | Unanswered) -> None:
    async with stage() as on:
        message, yes, no = await gate(on)
        on.discord.fail("answer", fault)
        on.discord.click(on.ann, message, encode(yes))
        await on.desk.nth(2)
        on.discord.click(on.ann, message, encode(no))
        await on.desk.nth(3)


async def test_a_journal_that_stays_closed_is_told() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        on.desk.answers += [JournalUnavailable("the disk is full")] * 6
        on.discord.click(on.ann, message, encode(yes))
        await on.discord.until(lambda: notices(on))
        assert notices(on) == [NOT_RECORDED]
