"""SIGKILL of the service in front of Slack: whoever starts next goes on in the same messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from crash_children import Zygote
from slack_story_child import ANSWER
from slack_story_killing import Killing, killing
from slack_story_thread import StoryThread

pytestmark = pytest.mark.crash

Look = Callable[[Killing, StoryThread], object]


def stands(kind: str, edits: int = 0) -> Look:
    """A message of this kind stands there, edited so often."""

    def look(killing: Killing, thread: StoryThread) -> object:
        return any(message.edits >= edits for message in thread.messages(kind))

    return look


def streamed(edits: int) -> Look:
    return lambda killing, thread: any(
        message.stream and message.stream.is_open and message.edits >= edits
        for message in thread.ours
    )


def stopped(killing: Killing, thread: StoryThread) -> object:
    return any(message.stream and not message.stream.is_open for message in thread.ours)


def sent(killing: Killing, thread: StoryThread) -> object:
    """The bytes of a file are with Slack, and no message shows them."""
    files = killing.slack.team.files.values()
    return any(file.data is not None and not file.done for file in files)


@dataclass(frozen=True, slots=True)
class Moment:
    """When the service is killed. Its model waits at the places of `hold`, at the first one until
    `before` is true: so the moment comes, however slow the service is."""

    doom: Look
    scenario: str = "answer"
    hold: str = "0.0"
    before: Look = lambda killing, thread: True

    async def kills(self, killed: Killing, thread: StoryThread) -> None:
        await thread.until(lambda: self.before(killed, thread))
        killed.go_on()
        await killed.killed_when(lambda: self.doom(killed, thread))


HALF = "1.4"  # of the answer
CHANNEL = {
    "card posted": Moment(stands("run")),
    "card edited": Moment(stands("run", 1), hold="1.0", before=stands("run")),
    "answer posted": Moment(stands("answer")),
    "answer edited": Moment(stands("answer", 1), hold=HALF, before=stands("answer")),
    "bytes sent": Moment(sent, "file"),
    "file shared": Moment(stands("file"), "file"),
}
DIRECT = {
    "stream started": Moment(streamed(0), hold=f"0.0 {HALF}"),
    "stream grew": Moment(streamed(1), hold=f"1.2 {HALF}", before=streamed(0)),
    "stream stopped": Moment(stopped, hold=HALF, before=streamed(0)),
}


def kinds(thread: StoryThread) -> list[str]:
    """Of our messages. Raises if one stands twice."""
    return sorted(key.partition(":")[0] for key in thread.standing())


async def ends_well(killed: Killing, thread: StoryThread, *wanted: str) -> None:
    """The same messages, once each, and the exact words."""
    before = {message.ts for message in thread.ours}
    await killed.start()
    await thread.answered(ANSWER)
    await thread.until(lambda: "Done" in thread.shown("run"))
    assert kinds(thread) == [*wanted]
    assert before <= {message.ts for message in thread.ours}, "nothing was taken away"


@pytest.mark.parametrize("moment", CHANNEL)
async def test_killed_in_a_channel(tmp_path: Path, slack_services: Zygote, moment: str) -> None:
    one = CHANNEL[moment]
    async with killing(tmp_path, slack_services, one.scenario) as killed:
        await killed.start(one.hold)
        thread = await killed.mention()
        killed.furnish(thread, "report.csv", b"name,total\nann,3\n")
        await one.kills(killed, thread)
        files = ("file",) if one.scenario == "file" else ()
        await ends_well(killed, thread, "answer", *files, "run")


@pytest.mark.parametrize("moment", DIRECT)
async def test_killed_in_a_native_stream(
    tmp_path: Path, slack_services: Zygote, moment: str
) -> None:
    async with killing(tmp_path, slack_services, "answer") as killed:
        await killed.start(DIRECT[moment].hold)
        thread = await killed.mention(where="dm")
        await DIRECT[moment].kills(killed, thread)
        await ends_well(killed, thread, "answer", "run")
        assert all(not m.stream.is_open for m in thread.ours if m.stream), "none grows for ever"


async def test_killed_while_the_answer_is_being_written(
    tmp_path: Path, slack_services: Zygote
) -> None:
    """Not between two calls, but while nothing happens and people read half an answer."""
    async with killing(tmp_path, slack_services, "answer") as killed:
        await killed.start(HALF)
        thread = await killed.mention()
        await thread.until(lambda: "line 20" in thread.answer)
        await killed.kill()
        await ends_well(killed, thread, "answer", "run")


async def test_a_button_that_nobody_heard_counts_when_it_is_pressed_again(
    tmp_path: Path, slack_services: Zygote
) -> None:
    """Slack delivers presses once, and marks those that nobody took."""
    async with killing(tmp_path, slack_services, "gate", hurried=True) as killed:
        await killed.start()
        thread = await killed.mention("clean up")
        await thread.offers("gate", "Approve")
        (gate,) = thread.messages("gate")
        await killed.kill()
        assert not (await thread.press("gate", "Approve")).acknowledged
        await killed.start()
        await thread.press("gate", "Approve")
        await thread.answered(ANSWER)
        assert [message.ts for message in thread.messages("gate")] == [gate.ts]
        assert "Approved by Ann" in " ".join(thread.shown("gate").split())
        thread.standing()


async def test_a_press_that_was_acknowledged_counts(tmp_path: Path, slack_services: Zygote) -> None:
    """Killed as soon as Slack has the acknowledgement: the decision is on the record."""
    async with killing(tmp_path, slack_services, "gate") as killed:
        await killed.start()
        thread = await killed.mention("clean up")
        await thread.offers("gate", "Approve")
        assert (await thread.press("gate", "Approve")).acknowledged
        await killed.kill()
        await killed.start()
        await thread.answered(ANSWER)
        await thread.until(lambda: "Done" in thread.shown("run"))
        assert kinds(thread) == ["answer", "gate", "run"]


async def test_what_was_said_during_an_outage_is_taken_up_once(
    tmp_path: Path, slack_services: Zygote
) -> None:
    """Words in a live thread are read there, a call elsewhere is repeated by Slack; a live thread
    is told its words twice that way."""
    async with killing(tmp_path, slack_services, "answer", hurried=True) as killed:
        await killed.start()
        old = await killed.mention()
        await old.answered(ANSWER)
        await killed.kill()
        await old.say("is that all?")
        new = await killed.mention("look here too")
        await killed.start()
        await asyncio.gather(old.answered("That was all."), new.answered(ANSWER))
        assert len(old.messages("answer")) == 2
        for thread in (old, new):
            thread.standing()
