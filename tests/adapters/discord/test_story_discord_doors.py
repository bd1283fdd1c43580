"""All ways in and out of a thread in Discord: threads that were there before, direct messages,
commands, files, and words that must call nobody. The whole service, over real HTTP and gateway."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from discord_story import Story, runs, shown, story

from adapters.commands import SLASHED
from adapters.discord.commands import MENU
from adapters.simulators.discord.call import Sent
from adapters.simulators.discord.channel import Channel
from runtime.events import MessageReceived
from runtime.ports import Output
from runtime.testing.model import Line

KNOWN = len(SLASHED) + 2  # `/ask` and the menu
SHELL = Line(calls=(("shell", {"command": "make all"}),))


async def test_a_thread_that_was_there_before_brings_its_past(tmp_path: Path) -> None:
    async with story(tmp_path, Line(text="I see.")) as there:
        begun = there.discord.say(there.ben, there.general, "The build is red")
        thread = there.discord.open_thread(there.ben, begun, "red build")
        there.discord.say(there.ben, thread, "Only on Fridays.")
        there.call("why?", thread)
        await there.answered(thread, "I see.")
        (heard,) = [f for f in await there.facts() if isinstance(f, MessageReceived)]
        assert [(e.actor.name, e.text) for e in heard.earlier] == [
            ("Ben", "The build is red"),
            ("Ben", "Only on Fridays."),
        ]
        assert "Only on Fridays." in repr(there.model.asked[0])


async def test_a_direct_message_needs_no_mention(tmp_path: Path) -> None:
    async with story(tmp_path, Line(text="One."), Line(text="Two.")) as there:
        where = there.discord.direct(there.ann)
        for words, answers in (("First", "One."), ("Second", "One.Two.")):
            there.discord.say(there.ann, where, words)
            await there.answered(where, answers)


async def test_commands(tmp_path: Path) -> None:
    """`/ask` begins a thread below what it shows; the others tell who asks, and nobody else."""
    async with story(tmp_path, SHELL, Line(text="Never.")) as there:
        there.sandbox.on(runs("make all"), Output("compiling\n"), until=asyncio.Event())
        await there.until(lambda: len(there.discord.world.commands.get(None, {})) == KNOWN)
        there.discord.slash(there.ann, there.general, "ask", {"text": "build it"})
        asked = await there.stands(there.general, "build it")
        thread = await there.thread(asked)
        card = await there.stands(thread, "compiling")
        there.discord.slash(there.ben, thread, "status")
        await there.told(there.ben, "no network")
        there.discord.slash(there.ben, thread, "grants")
        await there.told(there.ben, "No permissions")
        there.discord.slash(there.ben, there.general, "grants")
        await there.told(there.ben, "No permissions are in force in this channel")
        there.discord.slash(there.ann, there.general, "stop")
        await there.told(there.ann, "Stopping.")
        await there.until(lambda: "Stopped" in shown(card) and there.is_done(thread))


async def test_a_command_names_one_of_several_tasks(tmp_path: Path) -> None:
    async with story(tmp_path, SHELL, SHELL, Line(text="Never.")) as there:
        there.sandbox.on(runs("make all"), Output("compiling\n"), until=asyncio.Event())
        await there.until(lambda: len(there.discord.world.commands.get(None, {})) == KNOWN)
        threads = [await there.thread(there.call(f"build {name}")) for name in ("this", "that")]
        this, that = [await there.stands(thread, "compiling") for thread in threads]
        there.discord.slash(there.ben, there.general, "pause")
        asked = await there.told(there.ben, "There are several: name one.")
        (code,) = re.findall("#([0-9a-f]{6})[^#]*build this", shown(asked))
        there.discord.slash(there.ben, there.general, "pause", {"task": f"#{code.upper()}"})
        await there.told(there.ben, "Pausing.")
        await there.until(lambda: "Paused by Ben" in shown(this))
        there.discord.slash(there.ben, threads[1], "stop", {"task": code})  # beside its own thread
        await there.told(there.ben, "Stopping.")
        await there.until(lambda: "Stopped" in shown(this))
        assert "Stopped" not in shown(that)


async def test_the_menu_of_a_message_takes_it_up(tmp_path: Path) -> None:
    async with story(tmp_path, Line(text="It is the cache.")) as there:
        await there.until(lambda: len(there.discord.world.commands.get(None, {})) == KNOWN)
        said = there.discord.say(there.ben, there.general, "The build is red")
        there.discord.menu(there.ann, said, MENU)
        await there.told(there.ann, "I take it up")
        await there.answered(await there.thread(said), "It is the cache.")
        there.discord.menu(there.ben, said, MENU)
        await there.told(there.ben, "I have taken this message up already")
        (heard,) = [f for f in await there.facts() if isinstance(f, MessageReceived)]
        assert (heard.text, heard.actor.name) == ("The build is red", "Ann")


async def test_files_in_and_out(tmp_path: Path) -> None:
    script = (
        Line(calls=(("write_file", {"path": "out/result.csv", "content": "a,b\n1,2\n"}),)),
        Line(calls=(("deliver", {"path": "out/result.csv"}),)),
        Line(text="Here it is."),
    )
    async with story(tmp_path, *script) as there:
        notes = Sent("notes.txt", b"count the words")
        thread = await there.thread(there.call("see the file", files=[notes]))
        await there.answered(thread, "Here it is.")
        (heard,) = [f for f in await there.facts() if isinstance(f, MessageReceived)]
        assert there.manager
        assert [f.name for f in heard.files] == ["notes.txt"]
        (row,) = await there.manager.list()
        session = row.session_id
        assert await there.manager.sessions.artifact(session, heard.files[0].artifact) == notes.data
        sent = [file for m in there.discord.said(thread) for file in m.body.attachments]
        assert [(file.name, file.data) for file in sent] == [("result.csv", b"a,b\n1,2\n")]


async def test_much_output_stays_within_a_message(tmp_path: Path) -> None:
    """200 KB of a tool's output, of what costs the most to show, and the answer is exact."""
    output = Output("`*_~|>#[](<@1>)\\\n" * 12_000)
    async with story(tmp_path, SHELL, Line(text="Much ado.")) as there:
        there.sandbox.on(runs("make all"), output)
        thread = await there.thread(there.call("make much noise"))
        await there.answered(thread, "Much ado.")
        assert [call for call in there.discord.calls if call.status == 400] == []


async def test_words_of_the_model_call_nobody(tmp_path: Path) -> None:
    """Neither in an answer, nor on the card, nor in a gate; only who must decide is called."""
    async with story(tmp_path) as there:
        team = there.discord.add_role("team", there.ben, mentionable=True)
        calls = f"@everyone @here <@{there.ben.id}> <@!{there.ben.id}> <@&{team.id}>"
        there.model.script = (
            Line(thinking=f"{calls} " * 20, text=calls, calls=(("shell", {"command": "ls"}),)),
            Line(calls=(("shell", {"command": f"rm -rf build # {calls}"}),)),
            Line(text=f"Look, {calls}!"),
        )
        thread = await there.thread(there.call(f"greet {calls}"))
        await there.press(there.ann, thread, "Approve")
        await there.stands(thread, "Look, ")
        await there.until(lambda: there.is_done(thread))
        assert _called(there, thread) == {there.ann.id}


def _called(there: Story, thread: Channel) -> set[int]:
    """Whom messages of the bot ever woke up there."""
    versions = [version for m in there.discord.said(thread) for version in m.versions]
    assert not any(version.body.mentions.everyone for version in versions)
    return {person for version in versions for person in version.body.mentions.pinged}


async def test_a_stop_beside_the_thread_stops_the_one_task(tmp_path: Path) -> None:
    async with story(tmp_path, SHELL, Line(text="Never.")) as there:
        there.sandbox.on(runs("make all"), Output("compiling\n"), until=asyncio.Event())
        thread = await there.thread(there.call("build it"))
        card = await there.stands(thread, "compiling")
        there.call("STOP!!")
        await there.until(lambda: "Stopped by Ann" in shown(card))
        asked = there.call("build it once more")
        again = await there.stands(await there.thread(asked), "compiling")
        there.discord.say(there.ann, there.discord.direct(there.ann), "cancel")
        await there.until(lambda: "Stopped by Ann" in shown(again))
