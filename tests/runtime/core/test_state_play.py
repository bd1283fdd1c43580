"""People, a driver, a model and tools in any order: what never happens, and what always does."""

from __future__ import annotations

import pytest
from core_log import ANN, BOB, EVE, Log, said
from core_world import Nature, World
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from runtime.approvals import Duration, Mode, Risk
from runtime.decide import inbox
from runtime.decide.next import Wait
from runtime.events import Limits, RunFinished
from runtime.facts import Claimed, StopRequested
from runtime.profile import Profile
from runtime.tools.policy import Policy

People = st.sampled_from((ANN, BOB, EVE))
Natures = st.builds(
    Nature,
    calls=st.lists(st.sampled_from(Risk), max_size=3).map(tuple),
    same=st.booleans(),
    broken=st.sampled_from((False, False, True)),
    dies=st.sampled_from((False, False, False, True)),
    asks=st.sampled_from((False, False, True)),
)


class Play(RuleBasedStateMachine):
    """Rules are what people may do at any time; `work` is a step of the driver."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.spoken = 0

    @initialize(mode=st.sampled_from(Mode), turns=st.integers(1, 4))
    def begin(self, mode: Mode, turns: int) -> None:
        limits = Limits(turns=turns, tokens=500, cost=1.0, seconds=900)
        self.world = World(Log(Profile(policy=Policy(mode=mode), limits=limits)))
        self.say(ANN, aside=False, files=False)

    @rule(actor=People, aside=st.booleans(), files=st.booleans())
    def say(self, actor: inbox.Actor, aside: bool, files: bool) -> None:
        self.spoken += 1
        file = {"name": "x", "artifact": "0" * 64, "size": 1}
        self.world.log.add(
            said(
                "words",
                message_id=str(self.spoken),
                aside=aside,
                actor=actor,
                files=(file,) if files else (),
            )
        )

    @rule(natures=st.lists(Natures, min_size=1, max_size=8))
    def work(self, natures: list[Nature]) -> None:
        for nature in natures:
            self.world.drive(nature)

    @rule()
    def crash(self) -> None:
        self.world.driving = False

    @rule(seconds=st.sampled_from((1.0, 49.0, 51.0, 101.0, 1000.0, 4000.0)))
    def wait(self, seconds: float) -> None:
        self.world.log.add(wait=seconds)

    def gates(self) -> list[inbox.ApprovalId]:
        run = self.world.log.state.run
        expired = [gate.approval_id for gate in self.world.log.state.expired]
        return [*(g.approval_id for g in (run.gates if run else ())), *expired]

    @precondition(lambda self: bool(self.gates()))
    @rule(data=st.data(), actor=People, yes=st.booleans(), lasts=st.sampled_from(Duration))
    def vote(self, data: st.DataObject, actor: inbox.Actor, yes: bool, lasts: Duration) -> None:
        gate = data.draw(st.sampled_from(self.gates()))
        log = self.world.log
        self.world.tell(inbox.vote(gate, actor, approve=yes, duration=lasts, now=log.now))

    @precondition(lambda self: self.world.log.state.run and self.world.log.run.questions)
    @rule(actor=People, text=st.sampled_from(("continue", "stop", "retry", "skip", "words")))
    def answer(self, actor: inbox.Actor, text: str) -> None:
        question = self.world.log.run.questions[0]
        self.world.tell(inbox.answer(question.question_id, actor, text))

    @rule(actor=People)
    def pause(self, actor: inbox.Actor) -> None:
        self.world.tell(inbox.pause(actor))

    @rule(actor=People)
    def resume(self, actor: inbox.Actor) -> None:
        self.world.tell(inbox.resume(actor))

    @rule(actor=People)
    def stop(self, actor: inbox.Actor) -> None:
        self.spoken += 1
        self.world.tell(inbox.stop(actor, str(self.spoken)))

    @precondition(lambda self: bool(self.world.log.state.grants))
    @rule(actor=People)
    def revoke(self, actor: inbox.Actor) -> None:
        self.world.tell(inbox.revoke(self.world.log.state.grants[0].grant_id, actor))

    @invariant()
    def holds(self) -> None:
        self.world.check()

    def teardown(self) -> None:
        """People approve, continue nothing, and stop talking: everything comes to its end."""
        for _ in range(200):
            effect = self.world.drive(Nature())
            if isinstance(effect, Wait):
                if self.world.log.state.run is None:
                    break
                self.approve_all()
        assert self.world.log.state.run is None
        assert self.world.log.state.inbox == ()
        ends = [e for e in self.world.log.entries if isinstance(e.fact, RunFinished)]
        assert len(ends) == self.world.log.state.runs

    def approve_all(self) -> None:
        self.world.tell(inbox.resume(ANN))
        run = self.world.log.run
        for gate in run.gates:
            now = self.world.log.now
            self.world.tell(
                inbox.vote(
                    gate.approval_id, run.requester, approve=True, duration=Duration.ONCE, now=now
                )
            )
        for question in run.questions:
            text = "stop" if question.kind == "budget" else "skip"
            assert self.world.tell(inbox.answer(question.question_id, run.requester, text))


TestPlay = Play.TestCase
TestPlay.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@pytest.mark.parametrize("phase", range(2, 7))
def test_a_stop_at_any_point_ends_the_run_in_one_step(phase: int) -> None:
    world = World()
    world.log.add(said())
    for _ in range(phase):
        world.drive(Nature(calls=(Risk.LOW,)))
    assert world.tell(inbox.stop(BOB, "s"))
    world.drive(Nature())
    assert world.log.state.run is None
    assert world.log.has(StopRequested)
    assert world.log.has(Claimed)
