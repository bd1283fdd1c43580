"""Somebody sets the system's clock while the service works: only what it writes down shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from crash_children import Zygote
from slack_story_child import ANSWER
from slack_story_killing import Killing, killing
from slack_story_thread import StoryThread

pytestmark = pytest.mark.crash

SOON = 2.0  # seconds until people see the next thing
BACK, AHEAD = -600.0, 25 * 3600.0
STEPS = pytest.mark.parametrize("step", [BACK, AHEAD], ids=["back", "ahead"])


async def soon(thread: StoryThread, holds: Callable[[], object], usual: float) -> None:
    """Within `SOON`; on a machine that is slow, within a few times of what is usual there."""
    began = monotonic()
    await thread.until(holds)
    assert monotonic() - began < max(SOON, 4 * usual)


async def first_words(killed: Killing) -> tuple[StoryThread, float]:
    """Half an answer, and how long its first message took."""
    began = monotonic()
    thread = await killed.mention()
    await thread.until(lambda: thread.ours)
    usual = monotonic() - began
    await thread.until(lambda: "line 20" in thread.answer)
    return thread, usual


@STEPS
async def test_a_step_in_an_answer_stops_nothing(
    tmp_path: Path, slack_services: Zygote, url: str, step: float
) -> None:
    async with killing(tmp_path, slack_services, "answer", real_time=True) as killed:
        killed.on(url)
        await killed.start("1.4")
        thread, usual = await first_words(killed)
        killed.set_clock(step)
        stood = len(thread.answer)
        killed.go_on()
        await soon(thread, lambda: len(thread.answer) > stood, usual)
        await killed.ends_well(thread)
        other = await killed.mention("again")
        await soon(other, lambda: other.ours, usual)
        await killed.ends_well(other)
        log = killed.log(1)
        assert "segment.failed" not in log
        assert "lock.lost" not in log


@STEPS
async def test_a_step_between_two_starts_stops_nothing(
    tmp_path: Path, slack_services: Zygote, url: str, step: float
) -> None:
    """As where the clock is set while the machine starts again."""
    async with killing(tmp_path, slack_services, "answer", real_time=True) as killed:
        killed.on(url)
        await killed.start("1.4")
        thread, usual = await first_words(killed)
        await killed.kill()
        killed.set_clock(step)
        stood = thread.answer
        await killed.start()
        await soon(thread, lambda: thread.answer != stood, usual)
        await killed.ends_well(thread)


async def test_a_step_back_leaves_a_gate_as_it_was(
    tmp_path: Path, slack_services: Zygote, url: str
) -> None:
    async with killing(tmp_path, slack_services, "gate", real_time=True) as killed:
        killed.on(url)
        await killed.start()
        began = monotonic()
        thread = await killed.mention()
        await thread.offers("gate", "Approve")
        usual = monotonic() - began
        killed.set_clock(BACK)
        await thread.press("gate", "Approve")
        await soon(thread, lambda: thread.answer, usual)
        await thread.answered(ANSWER)
