"""A world around the pure core: people who do anything, a driver that does what `decide` says,
and a model and tools that answer as they like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core_log import Log, planned, turned

from runtime.approvals import Mode, Risk
from runtime.decide.calls import Attach, Inspect, Record, RunTool, judged_risk
from runtime.decide.next import Abort, CallModel, Effect, Wait, next_run
from runtime.events import (
    ApprovalReceived,
    ApprovalRequired,
    Outcome,
    QuestionAnswered,
    QuestionAsked,
    ResponseStart,
    RunFinished,
    ThinkingComplete,
    ThinkingStart,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
    Usage,
)
from runtime.facts import CallInspected, Claimed, Fact, OutcomeUnknown, Parked, PlannedCall
from runtime.folds.fold import fold
from runtime.ids import WorkerId, question_id
from runtime.ports import Guard, Refused


@dataclass(frozen=True)
class Nature:
    """What the world does with the next effect: how the model or the tool answers."""

    calls: tuple[Risk, ...] = ()
    same: bool = False  # the call of before, again
    broken: bool = False  # the model fails, or the tool does
    dies: bool = False  # the driver does, in the middle
    asks: bool = False  # the tool asks people


@dataclass
class World:
    log: Log = field(default_factory=Log)
    driving: bool = False
    workers: int = 0

    def tell(self, guard: Guard) -> bool:
        """Put something in as the journal would; False if it was refused."""
        facts = guard(self.log.state)
        if isinstance(facts, Refused):
            return False
        self.log.add(*facts)
        return True

    def drive(self, nature: Nature) -> Effect:
        """One step of a driver. Checks what must hold of every decision."""
        if not self.driving:
            self.workers += 1
            self.log.add(Claimed(worker=WorkerId(f"w{self.workers}")))
            self.driving = True
        effect = self.log.decide()
        assert effect == self.log.decide(), "the same state, the same decision"
        if isinstance(effect, RunTool):
            self.check_permission(effect)
        facts = self._facts(effect, nature)
        self.log.add(*facts)
        ended = bool(facts) and isinstance(facts[-1], Parked | RunFinished)
        if ended and isinstance(facts[-1], RunFinished):
            following = next_run(self.log.state, self.log.profile)
            self.log.add(*following)
            ended = not following
        self.driving = not ended and not nature.dies
        return effect

    def check_permission(self, effect: RunTool) -> None:
        """Whatever the fold says: a risky call was approved by name, or a grant covers it now."""
        log, call = self.log, effect.call
        risk = judged_risk(log.state, call)
        if risk is Risk.LOW or (Mode(log.run.mode) is Mode.AUTO and risk is not Risk.HIGH):
            return
        facts = [entry.fact for entry in log.entries]
        gates = {
            f.approval_id
            for f in facts
            if isinstance(f, ApprovalRequired) and f.call_id == call.call_id
        }
        approved = any(
            isinstance(f, ApprovalReceived) and f.approved and f.approval_id in gates for f in facts
        )
        covered = any(
            grant.tool == call.tool
            and grant.subject == call.subject
            and grant.risk.level >= risk.level
            and (grant.expires_at is None or log.now < grant.expires_at)
            for grant in log.state.grants
        )
        assert approved or covered, f"{call.call_id} ran without permission"
        if effect.attempt > 1:
            answers = [f for f in facts if isinstance(f, QuestionAnswered)]
            assert any(f.answer == "retry" for f in answers)

    def _facts(self, effect: Effect, nature: Nature) -> Sequence[Fact]:
        match effect:
            case Record(facts=facts):
                return facts
            case Wait(until=until):
                return (Parked(until=until),)
            case CallModel():
                return self._turn(effect, nature)
            case RunTool(call=call, attempt=attempt):
                start = ToolCallStart(
                    call_id=call.call_id, attempt=attempt, tool=call.tool, summary="s"
                )
                return (start, *self._end(call, nature))
            case Attach(call=call):
                return self._end(call, nature, lost=nature.broken)
            case Inspect(call=call):
                return (CallInspected(call_id=call.call_id, files=()),)
            case Abort():
                return self._abort(effect)

    def _abort(self, effect: Abort) -> Sequence[Fact]:
        finished = RunFinished(outcome=Outcome.CANCELLED)
        if effect.call is None:
            return (finished,)
        name = effect.call.call.call_id
        return (ToolCallFailed(call_id=name, kind="stopped", message="m"), finished)

    def _turn(self, effect: CallModel, nature: Nature) -> Sequence[Fact]:
        turn, attempt = effect.turn, effect.attempt
        begun = (
            ThinkingStart(turn=turn, attempt=attempt),
            ThinkingComplete(turn=turn, attempt=attempt, text="hm"),
            ResponseStart(turn=turn, attempt=attempt),
        )
        if nature.dies:
            return begun
        if nature.broken:
            return (*begun, RunFinished(outcome=Outcome.FAILED))
        calls = self._calls(turn, nature) if effect.may_call else ()
        used = Usage(turn=turn, input_tokens=10, output_tokens=1, cost=0.01)
        seen = self.log.state.head
        return (*begun, used, turned(*calls, turn=turn, seen=seen, text="" if calls else "so"))

    def _calls(self, turn: int, nature: Nature) -> list[PlannedCall]:
        run = self.log.run.run_id
        more = {"digest": "same"} if nature.same else {}
        return [
            planned(n, turn, run, risk=risk, operation="op", subject={"value": "op"}, **more)
            for n, risk in enumerate(nature.calls, start=1)
        ]

    def _end(self, call: PlannedCall, nature: Nature, *, lost: bool = False) -> Sequence[Fact]:
        state = self.log.run
        if nature.dies:
            return ()
        if lost:
            return (OutcomeUnknown(call_id=call.call_id),)
        if nature.asks:
            name = question_id(state.run_id, state.asked + 1)
            return (QuestionAsked(question_id=name, question="?", call_id=call.call_id),)
        if nature.broken:
            return (ToolCallFailed(call_id=call.call_id, kind="failed", message="m"),)
        return (ToolCallComplete(call_id=call.call_id, output="ok"),)

    def check(self) -> None:
        """What must hold after everything that happens."""
        log = self.log
        assert [entry.seq for entry in log.entries] == list(range(1, log.state.head + 1))
        assert fold(log.state.session_id, log.entries) == log.state
        if log.state.run is not None:
            held = log.run.standing.phase.value == "paused"
            assert held is log.run.holding
