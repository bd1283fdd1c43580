"""SIGKILL of the service in front of Slack: whoever starts next goes on in the same messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from crash_children import Zygote
from slack_story_child import ANSWER
from slack_story_killing import Killing, killing, slack_zygote
from slack_story_thread import StoryThread

pytestmark = pytest.mark.crash

Moment = Callable[[Killing, StoryThread], object]


@pytest.fixture(scope="session")
def slack_services() -> Generator[Zygote]:
    with slack_zygote() as process:
        yield process


def stands(kind: str, edits: int = 0) -> Moment:
    """A message of this kind stands there, edited so often."""

    def moment(killing: Killing, thread: StoryThread) -> object:
        return any(message.edits >= edits for message in thread.messages(kind))

    return moment


def streamed(edits: int) -> Moment:
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


CHANNEL: dict[str, tuple[str, Moment]] = {
    "card posted": ("answer", stands("run")),
    "card edited": ("answer", stands("run", 1)),
    "answer posted": ("answer", stands("answer")),
    "answer edited": ("answer", stands("answer", 1)),
    "bytes sent": ("file", sent),
    "file shared": ("file", stands("file")),
}
DIRECT: dict[str, Moment] = {
    "stream started": streamed(0),
    "stream grew": streamed(2),
    "stream stopped": stopped,
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
    scenario, doom = CHANNEL[moment]
    async with killing(tmp_path, slack_services, scenario) as killed:
        await killed.start()
        thread = await killed.mention()
        killed.furnish(thread, "report.csv", b"name,total\nann,3\n")
        await killed.killed_when(lambda: doom(killed, thread))
        files = ("file",) if scenario == "file" else ()
        await ends_well(killed, thread, "answer", *files, "run")


@pytest.mark.parametrize("moment", DIRECT)
async def test_killed_in_a_native_stream(
    tmp_path: Path, slack_services: Zygote, moment: str
) -> None:
    async with killing(tmp_path, slack_services, "answer") as killed:
        await killed.start()
        thread = await killed.mention(where="dm")
        await killed.killed_when(lambda: DIRECT[moment](killed, thread))
        await ends_well(killed, thread, "answer", "run")
        assert all(not m.stream.is_open for m in thread.ours if m.stream), "none grows for ever"


async def test_killed_while_the_answer_is_being_written(
    tmp_path: Path, slack_services: Zygote
) -> None:
    """Not between two calls, but while nothing happens and people read half an answer."""
    async with killing(tmp_path, slack_services, "answer") as killed:
        await killed.start(hold="1.4")
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
