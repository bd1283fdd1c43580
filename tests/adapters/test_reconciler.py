"""What a thread goes through: restarts, lost answers, messages that vanish, what is refused."""

from __future__ import annotations

import asyncio

import pytest
from adapters_play import SESSION, Plays, started
from adapters_stage import ANSWERED, DONE, Stage

from adapters.layout.layout import layout
from adapters.ports.limits import Limits
from adapters.testing.feed import MemoryFeed
from adapters.testing.memory import Fault, MemorySurface
from adapters.testing.virtual import run_virtual
from runtime.errors import JournalUnavailable
from runtime.events import (
    Outcome,
    Phase,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    RunFinished,
)
from runtime.ids import NO_SEQ, Address, Seq, SessionId
from runtime.ports import ViewFeed
from runtime.view import ThreadView


def test_settling_again_does_nothing() -> None:
    async def play() -> None:
        stage = Stage(*DONE)
        await stage.settle()
        made = [verb for verb in stage.books.calls if verb != "signal"]
        stage.start()
        await stage.settle()
        assert [verb for verb in stage.books.calls if verb != "signal"] == made == ["open", "post"]

    run_virtual(play())


@pytest.mark.parametrize("after", [0.05, 0.15, 0.25, 0.3, 0.35])
def test_a_process_is_killed_while_it_posts(after: float) -> None:
    async def play() -> None:
        stage = Stage(*DONE)
        stage.process.settler.published(SESSION)
        await asyncio.sleep(after)
        await stage.process.kill()
        stage.start()
        await stage.settle()
        assert len(stage.said()) == 1

    run_virtual(play())


@pytest.mark.parametrize("fault", ["refused", "dropped", "unanswered"])
@pytest.mark.parametrize("call", range(4))
def test_a_call_goes_wrong(fault: Fault, call: int) -> None:
    async def play() -> None:
        stage = Stage(*ANSWERED)
        stage.books.faults.extend([*[None] * call, fault])
        await stage.watch()
        stage.play.see(RunFinished(outcome=Outcome.FAILED, reason="no"))
        await stage.settle()
        cards = layout(stage.play.view, Limits())
        assert sorted(stage.said()) == sorted(repr(card.blocks) for card in cards)

    run_virtual(play())


def test_people_are_told_what_cannot_be_shown() -> None:
    """Once, also by a new process; what is refused itself is not tried for ever."""

    async def play() -> None:
        stage = Stage(*DONE)
        stage.books.faults.extend([None, "rejected"])
        await stage.settle()
        (said,) = stage.said()
        assert "A part of the answer cannot be shown here: not allowed." in said
        stage.start()
        stage.books.faults.append("rejected")
        await stage.settle()
        assert stage.said() == [said]

    run_virtual(play())


def test_nothing_is_said_where_nothing_may_be() -> None:
    async def play() -> None:
        stage = Stage(*DONE)
        stage.books.faults.extend([None, "rejected", "rejected"])
        await stage.settle()
        assert stage.said() == []

    run_virtual(play())


def test_a_frame_that_is_refused_leaves_room_for_the_next() -> None:
    async def play() -> None:
        stage = Stage(*ANSWERED)
        await stage.watch()
        stage.books.faults.append("rejected")
        stage.play.see(ResponseComplete(turn=1, text="Forty-three."))
        await asyncio.sleep(20)
        assert "cannot be shown" in stage.said()[-1]
        stage.play.see(ResponseComplete(turn=1, text="Forty-four."))
        stage.play.see(RunFinished(outcome=Outcome.DONE))
        await stage.settle()
        assert "Forty-four." in stage.said()[-1]

    run_virtual(play())


def test_the_last_words_of_what_cannot_be_changed_are_posted_once() -> None:
    """Frames in between are not; a process that dies over the post posts them once, too."""

    async def play(*, killed: bool) -> None:
        stage = Stage(started(), ResponseStart(turn=1), ResponseChunk(turn=1, text="Forty-"))
        await stage.watch()
        stage.books.freeze()
        for text in ("t", "w", "o."):
            stage.play.see(ResponseChunk(turn=1, text=text))
            await asyncio.sleep(5)
        assert len(stage.said()) == 1
        stage.play.see(ResponseComplete(turn=1, text="Forty-two."))
        stage.play.see(RunFinished(outcome=Outcome.DONE))
        if killed:
            stage.books.faults.append("unanswered")
            stage.process.settler.published(SESSION)
            await asyncio.sleep(0.3)
            await stage.process.kill()
            stage.start()
        await stage.settle()
        part, whole = stage.said()
        assert "Forty-two." in whole
        assert "Forty-two." not in part

    for killed in (False, True):
        run_virtual(play(killed=killed))


def test_a_vanished_message_comes_back_once() -> None:
    async def play() -> None:
        stage = Stage(*DONE)
        await stage.settle()
        (key,) = stage.books.standing()
        texts = ("Forty-three.", "Forty-four.", "Forty-five.")
        stood: list[int] = []
        for text in texts:
            stage.books.vanish(key)
            stage.play.see(ResponseComplete(turn=1, text=text))
            await stage.settle()
            stood.append(len(stage.said()))
        assert stood == [1, 0, 0]

    run_virtual(play())


def test_a_limit_delays_the_last_sign_but_does_not_swallow_it() -> None:
    async def play() -> None:
        stage = Stage(*DONE)
        stage.books.faults.extend([None, None, "refused"])  # after the place and the post
        await stage.settle()
        assert stage.books.signals == [(None, Phase.IDLE)]

    run_virtual(play())


def test_a_workspace_that_was_installed_later_is_shown_at_once() -> None:
    async def play() -> None:
        stage = Stage(*ANSWERED)
        surface = stage.process.connected.pop("memory")
        await stage.watch()
        assert stage.said() == []
        stage.process.connected["memory"] = surface
        await stage.watch()
        assert len(stage.said()) == 1

    run_virtual(play())


class SlowSign(MemorySurface):
    async def signal(self, address: Address, message_id: str | None, phase: Phase) -> None:
        await self.clock.sleep(4.0)
        await super().signal(address, message_id, phase)


def test_a_slow_sign_keeps_no_words_waiting() -> None:
    """And is given once, however long the messages take."""

    async def play() -> None:
        stage = Stage(started(), surface=SlowSign)
        stage.process.settler.published(SESSION)
        await asyncio.sleep(2)  # the first sign is on its way
        stage.play.see(*ANSWERED[1:])
        await asyncio.sleep(1)
        assert stage.said()
        assert stage.books.signals == []
        stage.play.see(RunFinished(outcome=Outcome.DONE))
        await stage.settle()
        assert stage.books.signals[-1] == (None, Phase.IDLE)
        assert len(stage.books.signals) == len(set(stage.books.signals))

    run_virtual(play())


class BrokenFeed(MemoryFeed):
    """The journal cannot be read when something new has come."""

    async def changed(self) -> ThreadView:
        await super().changed()
        raise JournalUnavailable("the disk does not answer")


class BreakingOnce(Plays):
    """The first feed breaks, later ones hold."""

    async def view(self, session: SessionId, after: Seq = NO_SEQ) -> ViewFeed:
        play = self.plays[session]
        if play.feeds:
            return await super().view(session)
        play.feeds.append(BrokenFeed(play.view))
        return play.feeds[0]


def test_a_feed_that_breaks_is_opened_again() -> None:
    async def play() -> None:
        stage = Stage(*ANSWERED, plays=BreakingOnce())
        await stage.watch()
        stage.play.see(RunFinished(outcome=Outcome.FAILED, reason="no"))
        await stage.settle()
        assert len(stage.said()) == 2, "the answer, and the card that says why it failed"

    run_virtual(play())


@pytest.mark.parametrize("fault", ["refused", "dropped"])
def test_what_did_not_reach_the_platform_is_not_settled(fault: Fault) -> None:
    async def play() -> None:
        stage = Stage(*DONE)
        stage.books.faults.extend([fault for _ in range(1_000)])
        assert await stage.process.settler.settle(SESSION) < stage.play.seq
        assert not stage.said()
        stage.books.faults.clear()
        assert await stage.settle() == stage.play.seq
        assert len(stage.said()) == 1

    run_virtual(play())
