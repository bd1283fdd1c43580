"""What a thread goes through: restarts, lost answers, messages that vanish, what is refused."""

from __future__ import annotations

import asyncio

import pytest
from adapters_play import FILE, SESSION, Play, Plays, Process, started

from adapters.cards import Card
from adapters.layout.layout import layout
from adapters.limits import Limits
from adapters.testing.feed import MemoryFeed
from adapters.testing.memory import Books, Fault, MemorySurface
from adapters.testing.outbox import MemoryOutbox
from adapters.testing.virtual import LoopClock, run_virtual
from runtime.errors import JournalUnavailable
from runtime.events import Event, Outcome, Phase, ResponseComplete, ResponseStart, RunFinished
from runtime.ids import Seq, SessionId
from runtime.ports import ViewFeed
from runtime.view import ThreadView

ANSWERED = (started(), ResponseStart(turn=1), ResponseComplete(turn=1, text="Forty-two."))
DONE = (*ANSWERED, RunFinished(outcome=Outcome.DONE))


class Stage:
    """One thread on a platform in memory."""

    def __init__(self, *events: Event, plays: Plays | None = None) -> None:
        self.play, self.plays = Play(*events), plays or Plays(files={FILE: b"x"})
        self.plays.add(self.play)
        self.books, self.outbox = Books(), MemoryOutbox()
        self.process = self.start()

    def start(self) -> Process:
        surface = MemorySurface(LoopClock(), self.books, latency=0.1)
        self.process = Process(self.plays, surface, self.outbox, LoopClock())
        return self.process

    async def settle(self) -> Seq:
        """As the driver and the sweep do."""
        for _ in range(20):
            exact = await self.process.settler.settle(SESSION)
            await asyncio.sleep(5)
            if exact == self.play.seq and self.process.quiet:
                return exact
        raise AssertionError("it does not settle")

    async def watch(self) -> None:
        """Follow a task that goes on."""
        self.process.settler.published(SESSION)
        await asyncio.sleep(20)

    def said(self) -> list[str]:
        return [
            repr(message.said[-1].blocks)
            for message in self.books.standing().values()
            if isinstance(message.said[-1], Card)
        ]


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


def test_a_rejected_message_does_not_hold_up_the_others() -> None:
    async def play() -> None:
        stage = Stage(*DONE)
        stage.books.faults.extend([None, "rejected"])
        await stage.settle()
        assert stage.said() == []

    run_virtual(play())


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


class BrokenFeed(MemoryFeed):
    """The journal cannot be read when something new has come."""

    async def changed(self) -> ThreadView:
        await super().changed()
        raise JournalUnavailable("the disk does not answer")


class BreakingOnce(Plays):
    """The first feed breaks, later ones hold."""

    async def view(self, session: SessionId) -> ViewFeed:
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
