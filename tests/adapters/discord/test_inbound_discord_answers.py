"""What a person is told who presses a button on Discord, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from discord_clock import Still
from discord_gate import answered, gate, notices, refused_answers
from discord_router import stage

from adapters.discord.button_ids import encode
from adapters.discord.inbound.buttons import STALE
from adapters.discord.inbound.event_dispatcher import NOT_RECORDED
from adapters.discord.inbound.modals import modal
from adapters.ports.inbound import InfoReply, Press, Refused
from adapters.simulators.discord.asking import ask
from adapters.simulators.discord.faults import Broken, Dropped, Unanswered
from adapters.simulators.discord.interaction import Answer, Ask, Interaction
from adapters.simulators.discord.payload import Json
from runtime.errors import JournalUnavailable

STRANGER = Refused("Only Ann may decide this.")


async def test_a_stranger_is_refused_alone() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        on.router.answers.append(STRANGER)
        ben = on.discord.person("Ben")
        click = on.discord.click(ben, message, encode(yes))
        assert await answered(on, click) is Answer.MESSAGE
        assert [said.content for said in on.discord.ephemerals(ben)] == [STRANGER.text]
        assert notices(on) == []
        assert on.written(message.channel) == ["May I?"]


def told(asked: Interaction) -> tuple[str, str]:
    """Title and text of the modal that it opened."""
    assert asked.modal
    parts = asked.modal["components"]
    assert isinstance(parts, list)
    (part,) = parts
    assert isinstance(part, dict)
    return str(asked.modal["title"]), str(part["content"])


LONG = "A title that is " + "very " * 10 + "*long*"
MODALS = {
    "short": (InfoReply("De*tails*", "- one\n- two"), ("De*tails*", "- one\n- two")),
    "as long as fits": (InfoReply("D", "x" * 4_000), ("D", "x" * 4_000)),
    "title": (InfoReply(LONG, "b"), (f"{LONG[:44]}…", f"### {LONG[:-6]}\\*long\\*\nb")),
    "empty": (InfoReply("", ""), ("?", "…")),
    "exact": (InfoReply("D", "b", "rm `x` *y*"), ("D", "b\n```\nrm `x` *y*\n```")),
    "exact, hidden": (InfoReply("D", "b", "a\u202eb"), ("D", "b\n```\na\\u202eb\n```")),
    "hidden": (InfoReply("a\x00\nb", "c\u202ed"), ("a b", "cd")),
}


@pytest.mark.parametrize(("info", "shown"), MODALS.values(), ids=MODALS)
async def test_details_are_a_modal_for_one_person(info: InfoReply, shown: tuple[str, str]) -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        on.router.answers.append(info)
        click = on.discord.click(on.ann, message, encode(yes))
        assert await answered(on, click) is Answer.MODAL
        assert told(click) == shown
        assert on.discord.modals(on.discord.person("Ben")) == []
        assert on.written(message.channel) == ["May I?"]


async def test_a_modal_that_was_read_closes_and_nothing_is_recorded() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        on.router.answers.append(InfoReply("Details", "it works"))
        click = on.discord.click(on.ann, message, encode(yes))
        await answered(on, click)
        assert await answered(on, on.discord.submit(on.ann, click, {})) is Answer.DEFERRED_UPDATE
        assert (on.discord.modals(on.ann), notices(on), len(on.router.tried)) == ([], [], 2)


async def test_the_form_of_another_version_is_refused() -> None:
    async with stage() as on:
        message, _, _ = await gate(on)
        data: Json = {"custom_id": "aether:form", "components": []}
        ask(on.discord.world, Ask.MODAL_SUBMIT, on.ann, message.channel, data, message)
        await on.discord.until(lambda: notices(on))
        assert notices(on) == [STALE]


async def test_the_library_remembers_no_modal() -> None:
    """It would keep each one for as long as the process lives: nobody says that it was closed."""
    window = modal(InfoReply("Details", "it works"))
    assert window
    assert window.is_finished()


async def test_details_that_cannot_be_a_modal_are_a_message() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        on.router.answers.append(InfoReply("De*tails*", "- one"))
        on.discord.fail("answer", Dropped())
        on.discord.click(on.ann, message, encode(yes))
        await on.discord.until(lambda: notices(on))
        assert notices(on) == ["**De\\*tails\\***\n- one"]


async def test_long_details_are_a_message_with_a_file() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        on.router.answers.append(InfoReply("Details", "line\n" * 1_000))
        on.discord.click(on.ann, message, encode(yes))
        await on.discord.until(lambda: notices(on))
        (said,) = on.discord.ephemerals(on.ann)
        assert len(said.content) == 2_000
        assert said.body.attachments[0].data.decode().endswith("line\n" * 1_000)


async def test_a_long_command_is_a_file() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        command = "rm -rf `build` ```\n" * 300
        on.router.answers.append(InfoReply("shell", "Why: it deletes", command))
        on.discord.click(on.ann, message, encode(yes))
        await on.discord.until(lambda: notices(on))
        (said,) = on.discord.ephemerals(on.ann)
        assert said.content == "**shell**\nWhy: it deletes\nThe file holds all of it."
        assert said.body.attachments[0].data.decode().endswith(command)


@pytest.mark.parametrize(
    ("receipt", "shown"),
    [(None, []), (STRANGER, [STRANGER.text]), (InfoReply("A", "b"), ["**A**\nb"])],
    ids=["accepted", "refused", "info"],
)
async def test_a_slow_desk_is_waited_for(
    receipt: Refused | InfoReply | None, shown: list[str]
) -> None:
    """Discord is told in time that it takes longer."""
    clock = Still()
    async with stage(clock) as on:
        message, yes, _ = await gate(on)
        on.router.answers += [receipt] if receipt else []
        on.router.open.clear()
        click = on.discord.click(on.ann, message, encode(yes))
        on.router.clock.impatient.set()
        assert await answered(on, click) is Answer.DEFERRED_UPDATE
        clock.ahead = timedelta(minutes=1)
        on.router.open.set()
        await on.router.nth(2)
        await on.discord.until(lambda: notices(on) == shown)


async def test_a_press_that_expired_counts_in_silence() -> None:
    clock = Still()
    async with stage(clock) as on:
        message, yes, _ = await gate(on)
        on.router.open.clear()
        on.discord.click(on.ann, message, encode(yes))
        await on.router.until(lambda: len(on.router.tried) == 2)
        clock.ahead = timedelta(seconds=4)
        on.router.open.set()
        assert isinstance(await on.router.nth(2), Press)
        await on.discord.until(lambda: refused_answers(on))
        assert on.written(message.channel) == ["May I?"]


@pytest.mark.parametrize("wait", [timedelta(seconds=4), timedelta(minutes=16)])
async def test_a_refusal_that_came_too_late_is_told_in_the_thread(wait: timedelta) -> None:
    """After three seconds without an answer, and after fifteen minutes with one."""
    clock = Still()
    async with stage(clock) as on:
        message, yes, _ = await gate(on)
        on.router.answers.append(STRANGER)
        on.router.open.clear()
        click = on.discord.click(on.ann, message, encode(yes))
        if wait > timedelta(seconds=4):
            on.router.clock.impatient.set()
            await answered(on, click)
        await on.router.until(lambda: len(on.router.tried) == 2)
        clock.ahead = wait
        on.router.open.set()
        told = f"{on.ann.mention} {STRANGER.text}"
        await on.discord.until(lambda: told in on.written(message.channel))
        assert on.discord.said(message.channel)[-1].pinged == {on.ann.id}


async def test_an_interaction_that_was_answered_already_is_left_alone() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        on.router.answers.append(STRANGER)
        on.router.open.clear()
        click = on.discord.click(on.ann, message, encode(yes))
        await on.router.until(lambda: len(on.router.tried) == 2)
        click.answer = Answer.DEFERRED_UPDATE
        on.router.open.set()
        await on.discord.until(lambda: refused_answers(on) == [40060])
        assert on.written(message.channel) == ["May I?"]
        assert notices(on) == []


@pytest.mark.parametrize("fault", [Broken(500), Unanswered()])
async def test_an_answer_that_is_lost_does_not_stop_the_hearing(fault: Broken | Unanswered) -> None:
    async with stage() as on:
        message, yes, no = await gate(on)
        on.discord.fail("answer", fault)
        on.discord.click(on.ann, message, encode(yes))
        await on.router.nth(2)
        on.discord.click(on.ann, message, encode(no))
        await on.router.nth(3)


async def test_a_journal_that_stays_closed_is_told() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        on.router.answers += [JournalUnavailable("the disk is full")] * 6
        on.discord.click(on.ann, message, encode(yes))
        await on.discord.until(lambda: notices(on))
        assert notices(on) == [NOT_RECORDED]
