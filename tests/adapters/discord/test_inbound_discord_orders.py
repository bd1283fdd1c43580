"""Slash commands and the menu of a message: what the router hears, what is shown, and when Discord
is told of them."""

from __future__ import annotations

from typing import Any

import pytest
from discord_router import FakeRouter, Stage, serving, stage

from adapters.commands import ROAMING, SLASHED, Spec
from adapters.discord.commands import MENU
from adapters.ports.inbound import Command, InfoReply, Mention, Refused
from adapters.simulators.discord import messages
from adapters.simulators.discord.asking import ask
from adapters.simulators.discord.call import Sent
from adapters.simulators.discord.controls import Impossible
from adapters.simulators.discord.faults import Broken
from adapters.simulators.discord.interaction import Answer, Ask
from adapters.simulators.discord.message import Body, MessageKind
from adapters.simulators.discord.messages import Envelope
from adapters.simulators.discord.simulator import DiscordSimulator, twin
from runtime.clock import SystemClock
from runtime.errors import JournalUnavailable


def notices(on: Stage) -> list[str]:
    """What only Ann sees."""
    return [message.content for message in on.discord.ephemerals(on.ann)]


def told(discord: DiscordSimulator) -> int:
    """How often Discord was told of the commands."""
    return sum(call.method == "PUT" and call.route.endswith("/commands") for call in discord.calls)


# --- telling Discord -----------------------------------------------------------------------------


async def test_discord_is_told_of_the_commands_once() -> None:
    router = FakeRouter()
    async with twin(SystemClock()) as discord:
        for _ in "abc":
            async with serving(discord, router):
                pass
        assert told(discord) == 1
        assert {str(said["name"]) for said in discord.world.commands[None].values()} == {
            "ask",
            *(spec.word for spec in SLASHED),
            MENU,
        }


async def test_discord_is_told_again_when_a_command_differs() -> None:
    router = FakeRouter()
    async with twin(SystemClock()) as discord:
        async with serving(discord, router):
            pass
        next(iter(discord.world.commands[None].values()))["description"] = "Of an older version"
        async with serving(discord, router):
            pass
        assert told(discord) == 2


async def test_without_commands_messages_are_heard_all_the_same() -> None:
    router = FakeRouter()
    async with twin(SystemClock()) as discord:
        discord.fail("commands", Broken(503))
        async with serving(discord, router):
            discord.say(discord.person("Ann"), discord.channel("general"), discord.bot.mention)
            await router.nth(1)
        assert told(discord) == 0


# --- /ask ----------------------------------------------------------------------------------------


async def test_ask_shows_the_task_to_all_and_begins_a_thread_there() -> None:
    async with stage() as on:
        on.discord.slash(on.ann, on.general, "ask", {"text": "count *all* files"})
        heard = await on.router.nth(1)
        (shown,) = on.discord.said(on.general)
        assert shown.content == f"{on.ann.mention} asks:\n>>> count *all* files"
        assert not shown.pinged
        assert isinstance(heard, Mention)
        assert (heard.text, heard.message_id) == ("count *all* files", str(shown.id))
        assert heard.address.thread == str(shown.id)
        thread = await on.opened(heard.address)
        assert thread.parent is on.general
        on.discord.say(on.ann, thread, "and the folders")
        assert (await on.router.nth(2)).address == heard.address


async def test_ask_takes_a_file() -> None:
    async with stage() as on:
        options = {"text": "read", "file": Sent("list.csv", b"a,b")}
        on.discord.slash(on.ann, on.general, "ask", options)
        asked = await on.router.nth(1)
        assert isinstance(asked, Mention)
        (file,) = asked.files
        surface = on.platform.surface(on.router.heard[0].address)
        assert surface
        assert await surface.fetch(file) == b"a,b"


async def test_ask_in_a_thread_belongs_to_it() -> None:
    async with stage() as on:
        thread = await on.thread()
        on.discord.slash(on.ann, thread, "ask", {"text": "more"})
        heard = await on.router.nth(2)
        assert isinstance(heard, Mention)
        assert (heard.address, heard.channel) == (on.router.heard[0].address, str(thread.id))


async def test_ask_in_direct_messages() -> None:
    async with stage() as on:
        direct = on.discord.direct(on.ann)
        on.discord.slash(on.ann, direct, "ask", {"text": "between us"})
        assert (await on.router.nth(1)).address.thread == str(direct.id)


async def test_a_long_task_is_heard_whole_and_shown_in_part() -> None:
    async with stage() as on:
        on.discord.slash(on.ann, on.general, "ask", {"text": "x" * 5_000})
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        assert len(heard.text) == 5_000
        (shown,) = on.discord.said(on.general)
        assert len(shown.content) == 2_000
        assert shown.content.endswith("…")


@pytest.mark.parametrize(
    ("receipt", "text"),
    [
        (Refused("You may not ask here."), "You may not ask here."),
        (InfoReply("Status", "Nothing runs."), "**Status**\nNothing runs."),
    ],
)
async def test_a_task_that_is_not_taken_disappears(receipt: Refused | InfoReply, text: str) -> None:
    async with stage() as on:
        on.router.answers.append(receipt)
        on.discord.slash(on.ann, on.general, "ask", {"text": "status"})
        await on.discord.until(lambda: notices(on))
        assert notices(on) == [text]
        assert on.discord.said(on.general) == []


# --- the commands of the table -------------------------------------------------------------------


@pytest.mark.parametrize("spec", ROAMING, ids=[spec.word for spec in ROAMING])
async def test_a_command_in_a_thread_of_ours_is_heard(spec: Spec) -> None:
    given, said = ({"number": 12}, "12") if spec.argument else ({}, "")
    async with stage() as on:
        thread = await on.thread()
        asked = on.discord.slash(on.ann, thread, spec.word, given)
        heard = await on.router.nth(2)
        address = on.router.heard[0].address
        assert heard == Command(address, heard.actor, str(asked.id), spec.word, said)
        await on.discord.until(lambda: notices(on))
        assert notices(on) == [spec.done]


@pytest.mark.parametrize("given", [{}, {"number": 0}, {"number": "1"}, {"number": 10_000}])
async def test_discord_itself_takes_only_numbers_of_permissions(given: dict[str, Any]) -> None:
    async with stage() as on:
        thread = await on.thread()
        with pytest.raises(Impossible):
            on.discord.slash(on.ann, thread, "revoke", given)


@pytest.mark.parametrize("task", ["######", "nobody", "1a2b3", "1a2b3c4d", "      "])
async def test_a_task_is_named_by_its_code_only(task: str) -> None:
    """What is no name must not be taken for none: then the only task that runs would be stopped."""
    async with stage() as on:
        thread = await on.thread()
        if 6 <= len(task) <= 7:
            on.discord.slash(on.ann, thread, "stop", {"task": task})
            await on.discord.until(lambda: notices(on))
            assert "six letters and digits" in notices(on)[0]
        else:
            with pytest.raises(Impossible):
                on.discord.slash(on.ann, thread, "stop", {"task": task})
        assert len(on.router.tried) == 1


async def test_a_sheet_is_shown_to_one_person() -> None:
    async with stage() as on:
        thread = await on.thread()
        on.router.answers.append(InfoReply("Status", "It works."))
        on.discord.slash(on.ann, thread, "status")
        await on.discord.until(lambda: notices(on))
        assert notices(on) == ["**Status**\nIt works."]


@pytest.mark.parametrize("receipt", [InfoReply("Status", "x" * 3_000), Refused("You may not.")])
async def test_a_slow_desk_is_waited_for(receipt: InfoReply | Refused) -> None:
    async with stage() as on:
        thread = await on.thread()
        on.router.answers.append(receipt)
        on.router.open.clear()
        asked = on.discord.slash(on.ann, thread, "status")
        on.router.clock.impatient.set()
        assert await on.discord.until(lambda: asked.answer) is Answer.DEFERRED_MESSAGE
        on.router.open.set()
        await on.discord.until(lambda: "".join(notices(on)))
        (said,) = on.discord.ephemerals(on.ann)
        assert said.content == "You may not." or said.body.attachments


@pytest.mark.parametrize("inside", [True, False], ids=["in a thread", "in a channel"])
async def test_settings_are_those_of_the_channel_whatever_runs_there(inside: bool) -> None:
    async with stage() as on:
        place = await on.thread() if inside else on.general
        heard = len(on.router.heard)
        on.router.answers.append(InfoReply("Settings", "`mode`: `ask` (aether.yaml line 3)"))
        on.discord.slash(on.ann, place, "settings")
        await on.discord.until(lambda: notices(on))
        asked = on.router.heard[heard]
        assert isinstance(asked, Command)
        assert asked.name == "settings"
        assert asked.address.channel == str(on.general.id)
        assert notices(on) == ["**Settings**\n`mode`: `ask` (aether.yaml line 3)"]


async def test_elsewhere_a_command_says_where_it_belongs() -> None:
    async with stage() as on:
        talk_of_others = on.discord.say(on.ann, on.general, "let us talk")
        theirs = on.discord.open_thread(on.ann, talk_of_others, "talk")
        on.discord.slash(on.ann, on.general, "stop")
        await on.discord.until(lambda: len(notices(on)) == 1)
        on.discord.slash(on.ann, theirs, "stop")
        await on.discord.until(lambda: len(notices(on)) == 2)
        assert "Nothing is running in this channel" in notices(on)[0]
        assert "no task of mine" in notices(on)[1]
        assert on.router.tried == []


async def test_a_command_of_another_version_is_answered() -> None:
    async with stage() as on:
        data = {"id": "1", "name": "gone", "type": 1}
        ask(on.discord.world, Ask.COMMAND, on.ann, on.general, {**data})
        await on.discord.until(lambda: notices(on))
        assert "Reload Discord" in notices(on)[0]


async def test_a_command_that_cannot_be_recorded_says_so() -> None:
    async with stage() as on:
        thread = await on.thread()
        on.router.answers += [JournalUnavailable("the disk is full")] * 6
        on.discord.slash(on.ann, thread, "stop")
        await on.discord.until(lambda: notices(on))
        assert "could not be recorded" in notices(on)[0]


# --- the menu of a message -----------------------------------------------------------------------


async def test_any_message_can_become_a_task() -> None:
    async with stage() as on:
        ben = on.discord.person("Ben")
        target = on.discord.say(ben, on.general, "the build is red", files=[Sent("log.txt", b"!")])
        on.discord.menu(on.ann, target, MENU)
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        assert (heard.text, heard.actor.name) == ("the build is red", "Ann")
        assert heard.message_id == heard.address.thread == str(target.id)
        assert heard.read_to == "", "there is no thread to read"
        assert [file.name for file in heard.files] == ["log.txt"]
        await on.discord.until(lambda: notices(on))
        assert notices(on) == ["I take it up in the thread of this message."]
        assert (await on.opened(heard.address)).id == target.id


async def test_a_message_in_a_thread_becomes_a_task_of_that_thread() -> None:
    async with stage() as on:
        first = on.discord.say(on.ann, on.general, "let us talk")
        thread = on.discord.open_thread(on.ann, first, "talk")
        old = on.discord.say(on.ann, thread, "solve this")
        since = on.discord.say(on.ann, thread, "or not")
        on.discord.menu(on.ann, old, MENU)
        heard = await on.router.nth(1)
        assert isinstance(heard, Mention)
        assert heard.address.thread == str(thread.id)
        assert int(heard.read_to) > since.id > int(heard.message_id)


async def test_what_discord_wrote_itself_becomes_no_task() -> None:
    async with stage() as on:
        pinned = Envelope(MessageKind.PINNED)
        target = messages.post(on.discord.world, on.general, on.ann, Body("x"), pinned)
        on.discord.menu(on.ann, target, MENU)
        await on.discord.until(lambda: notices(on))
        assert notices(on) == ["Discord makes no thread from this message."]
        assert on.router.tried == []
