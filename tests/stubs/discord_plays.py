"""A story in which the adapter sends every kind of request that it ever sends."""

from __future__ import annotations

import asyncio
from pathlib import Path

from discord_story import Story, runs, story

from adapters.commands import SLASHED
from adapters.discord.commands import MENU
from adapters.simulators.discord.call import Recorded, Sent
from adapters.simulators.discord.channel import Channel
from runtime.ports import Output
from runtime.testing.model import Line

LONG = " ".join(f"w{n}" for n in range(900))  # more than one message holds
STEPS = [{"id": "1", "title": "Look around", "description": "", "status": "active"}]
_ORDERS = {
    "status": "Status",
    "grants": "Permissions",
    "pause": "Pausing.",
    "resume": "Going on.",
    "revoke": "not in force",
    "stop": "Stopping.",
}
SCRIPT = (
    Line(thinking="Where is the rubbish? " * 30, calls=(("plan", {"steps": STEPS}),)),
    Line(calls=(("shell", {"command": "rm -rf build"}),)),
    Line(calls=(("write_file", {"path": "result.csv", "content": "a,b\n"}),)),
    Line(calls=(("deliver", {"path": "result.csv"}),)),
    Line(calls=(("ask", {"question": "Which one?", "options": ["left", "right"]}),)),
    Line(calls=(("shell", {"command": "make all"}),)),
    Line(text=f"**Done**, <@1> @everyone: {LONG}", pieces=40),
)


async def play(folder: Path) -> list[Recorded]:
    """What was sent, in the end."""
    async with story(folder, *SCRIPT) as there:
        there.sandbox.on(runs("make all"), Output("compiling\n"), until=asyncio.Event())
        await there.until(
            lambda: len(there.discord.world.commands.get(None, {})) == len(SLASHED) + 2
        )
        await _work(there)
        await _command(there)
        return list(there.discord.calls)


async def _work(there: Story) -> None:
    """From a call with a file to an answer in parts."""
    going = asyncio.Event()
    there.sandbox.on(runs("make all"), Output("compiling\n"), until=going)
    thread = await there.thread(there.call("clean up", files=[Sent("notes.txt", b"a")]))
    await there.press(there.ben, thread, "Approve")
    await there.told(there.ben, "You cannot decide this.")
    await there.press(there.ann, thread, "Details")
    await there.press(there.ann, thread, "Approve")
    await there.press(there.ann, thread, "left")
    await there.stands(thread, "compiling")
    going.set()
    await there.until(lambda: LONG[-9:] in there.answers(thread) and there.is_done(thread))
    await there.press(there.ann, thread, "Good answer")
    await there.recorded("feedback_given")


async def _command(there: Story) -> None:
    """By all commands, and what is told to one person alone."""
    there.discord.slash(there.ann, there.general, "ask", {"text": "build it"})
    thread = await there.thread(await there.stands(there.general, "build it"))
    there.discord.slash(there.ann, there.general, "ask", {"text": " "})
    await there.told(there.ann, "Say what to do.")
    await there.stands(thread, "Look around")
    for name, words in _ORDERS.items():
        there.discord.slash(there.ann, thread, name, {"number": 7} if name == "revoke" else {})
        await there.told(there.ann, words)
    said = there.discord.say(there.ben, there.general, "The build is red")
    there.discord.menu(there.ann, said, MENU)
    await _reacted(there, await there.thread(said))
    there.call("status", there.discord.direct(there.ann))
    await there.stands(there.discord.direct(there.ann), "Status")


async def _reacted(there: Story, thread: Channel) -> None:
    """Stopped by a reaction, and told so the second time."""
    card = await there.stands(thread, "Look around")
    there.discord.archive(thread)  # it is opened for the last change of the card
    there.discord.react(there.ann, card, "🛑")
    await there.until(lambda: there.is_done(thread))
    there.discord.react(there.ben, card, "🛑")
    await there.stands(thread, "Nothing is running here.")
