"""Anything that happens to a thread and to its platform, in any order: it ends on the newest view,
nothing stands there twice, and no budget is exceeded."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import structlog
from adapters_play import ANN, CALL, FILE, GATE, QUESTION, SESSION, Play, Plays, Process, started
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from adapters.layout.layout import layout
from adapters.ports.cards import Attached, Card
from adapters.ports.limits import Limits
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Upload
from adapters.testing.limiters import RollingWindow
from adapters.testing.memory import Books, Fault, MemorySurface
from adapters.testing.outbox import MemoryOutbox
from adapters.testing.virtual import LoopClock, VirtualLoop
from runtime.approvals import Risk, Rule, Subject
from runtime.events import (
    ApprovalReceived,
    ApprovalRequired,
    Event,
    FileCreated,
    FileRef,
    Outcome,
    PlanCreated,
    QuestionAnswered,
    QuestionAsked,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    RunFinished,
    ThinkingChunk,
    ThinkingComplete,
    ThinkingStart,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallStart,
    Usage,
)
from runtime.ids import StepId
from runtime.plan import Step
from runtime.testing.clock import START

EDIT, POST = RateLimit("edit", 6, 6.0), RateLimit("post", 4, 4.0)
LIMITS = Limits(text=600)
TEXT = "Some `words` and [a link](https://example.org) of an answer.\n\n```py\nx = 1\n```\n\n"

EVENTS: tuple[Event, ...] = (
    ThinkingStart(turn=1),
    ThinkingChunk(turn=1, text="hm " * 200),
    ThinkingComplete(turn=1, text="hm " * 200, seconds=4),
    ThinkingStart(turn=1, attempt=2),
    PlanCreated(steps=(Step(id=StepId("1"), title="Look"), Step(id=StepId("2"), title="Mend"))),
    ToolCallStart(call_id=CALL, tool="shell", summary="ls"),
    ToolCallChunk(call_id=CALL, text="a\nb\n"),
    ToolCallComplete(call_id=CALL, output="a\nb\n"),
    ApprovalRequired(
        approval_id=GATE, call_id=CALL, tool="shell", operation="rm -r x", risk=Risk.MEDIUM,
        why="deletes", rule=Rule(), subject=Subject(value="rm -r x"), digest="d",
        expires_at=START + timedelta(hours=1),
    ),
    ApprovalReceived(approval_id=GATE, approved=True, actors=(ANN,)),
    QuestionAsked(question_id=QUESTION, question="Which?", options=("a", "b")),
    QuestionAnswered(question_id=QUESTION, answer="a", actor=ANN),
    FileCreated(file=FileRef(name="a.txt", artifact=FILE, size=1), call_id=CALL),
    ResponseChunk(turn=2, text=TEXT),
    ResponseStart(turn=2),
    ResponseChunk(turn=2, text=TEXT * 9),
    ResponseStart(turn=2, attempt=2),
    ResponseComplete(turn=2, text=TEXT * 9),
    Usage(turn=2, input_tokens=10, output_tokens=20),
)  # fmt: skip


class Converging(RuleBasedStateMachine):
    """Time passes only by `pass_time`; a killed process may be in the middle of a call."""

    def __init__(self) -> None:
        super().__init__()
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        self.runner = asyncio.Runner(loop_factory=VirtualLoop)
        self.books = Books(limiters={EDIT: RollingWindow(EDIT), POST: RollingWindow(POST)})
        self.surface = MemorySurface(
            LoopClock(),
            self.books,
            LIMITS,
            {"post": (POST,), "attach": (POST,), "edit": (EDIT,), "delete": (EDIT,)},
            latency=0.2,
        )
        self.outbox, self.plays, self.play = MemoryOutbox(), Plays(files={FILE: b"x"}), Play()
        self.plays.add(self.play)
        self.process = self._process()
        self.restarts, self.runs = 0, 0
        self.vanished: set[str] = set()
        self.asked: set[str] = set()

    def _process(self) -> Process:
        return Process(self.plays, self.surface, self.outbox, LoopClock())

    @initialize()
    def begin(self) -> None:
        self.start()

    def start(self) -> None:
        self.runs += 1
        self.tell(started(self.runs))

    def tell(self, *events: Event) -> None:
        async def telling() -> None:
            self.play.see(*events)
            self.process.settler.published(SESSION)

        self.runner.run(telling())

    @rule(events=st.lists(st.sampled_from(EVENTS), min_size=1, max_size=5))
    def happen(self, events: list[Event]) -> None:
        self.tell(*(event for event in events if self._is_new(event)))

    def _is_new(self, event: Event) -> bool:
        """Ids of gates and questions are used once."""
        once = getattr(event, "approval_id", None) or getattr(event, "question_id", None)
        if not isinstance(event, ApprovalRequired | QuestionAsked):
            return True
        new = once not in self.asked
        self.asked.add(str(once))
        return new

    @rule(outcome=st.sampled_from(Outcome))
    def finish(self, outcome: Outcome) -> None:
        if self.play.view.run and self.play.view.run.outcome is None:
            self.tell(RunFinished(outcome=outcome))

    @precondition(lambda self: self.play.view.run and self.play.view.run.outcome is not None)
    @rule()
    def begin_again(self) -> None:
        self.start()

    @rule(faults=st.lists(st.sampled_from((None, "refused", "dropped", "unanswered")), max_size=4))
    def fail(self, faults: list[Fault | None]) -> None:
        self.books.faults.extend(faults)

    @rule(seconds=st.sampled_from((0.05, 0.15, 0.5, 3.0, 20.0)))
    def pass_time(self, seconds: float) -> None:
        self.runner.run(asyncio.sleep(seconds))

    @rule(which=st.integers(0, 9))
    def vanish(self, which: int) -> None:
        keys = sorted(self.books.standing())
        if keys:
            self.vanished.add(keys[which % len(keys)])
            self.books.vanish(keys[which % len(keys)])

    @rule()
    def restart(self) -> None:
        self.restarts += 1
        self.runner.run(self.process.kill())
        self.play.lose_chunks()
        self.process = self._process()
        self.runner.run(self._settle())

    async def _settle(self) -> None:
        await self.process.settler.settle(SESSION)

    @invariant()
    def nothing_is_doubled(self) -> None:
        self.books.standing()

    @invariant()
    def no_budget_is_exceeded(self) -> None:
        # A new process does not know what the one before it spent.
        assert self.books.exceeded == 0 or self.restarts

    def teardown(self) -> None:
        try:
            self.books.faults.clear()
            self.finish(Outcome.DONE)
            self.runner.run(self._converge())
            self._compare()
        finally:
            self.runner.run(self.process.kill())
            self.runner.close()
            structlog.reset_defaults()  # the next test may read the log

    async def _converge(self) -> None:
        for _ in range(60):
            exact = await self.process.settler.settle(SESSION)
            await asyncio.sleep(5)
            if exact == self.play.seq and self.process.quiet:
                return
        raise AssertionError("it does not come to an end")

    def _compare(self) -> None:
        cards = {card.key: card for card in layout(self.play.view, LIMITS)}
        standing = self.books.standing()
        assert set(standing) <= set(cards)
        for key, card in cards.items():
            if card.blocks and key not in self.vanished:
                assert shown(standing[key].said[-1], card), key


def shown(said: Card | Upload, card: Card) -> bool:
    if isinstance(said, Upload):
        return isinstance(card.blocks[0], Attached)
    return said == card


Converging.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestConverging = Converging.TestCase
