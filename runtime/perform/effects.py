"""The agent performs effects: the only place with I/O. It holds no field that outlives one
effect."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, assert_never

import structlog
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt

from runtime.decide.calls import Attach, Inspect, Record, RunTool
from runtime.decide.next import Abort, CallModel
from runtime.errors import BodyTooLarge, ModelBroken, ModelBusy, ModelError, SandboxError
from runtime.events import Notice, Outcome, RunFinished, ToolCallFailed
from runtime.facts import Fact
from runtime.ids import SessionId
from runtime.perform.model_turn import TurnMaker
from runtime.perform.partial_text import kept, output, unfinished
from runtime.perform.segment import Segment
from runtime.perform.tool_call import ToolRunner
from runtime.ports import Clock, Sandbox, SandboxSpec

log = structlog.get_logger(__name__)

TURN_ATTEMPTS = 5
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0  # seconds between attempts, doubling

Spawn = Callable[[Coroutine[Any, Any, None]], object]


@dataclass(frozen=True, slots=True)
class Agent:
    """Model turns, tool calls and their ends. `spawn` starts work that no effect waits for."""

    turns: TurnMaker
    tools: ToolRunner
    sandbox: Sandbox
    clock: Clock
    spawn: Spawn

    async def perform(
        self, segment: Segment, effect: Record | CallModel | RunTool | Attach | Inspect | Abort
    ) -> None:
        """Do one effect and append what happened. Failures of models and tools become facts."""
        match effect:
            case Record(facts=(RunFinished() as finished,)):
                await self._end(segment, finished)
            case Record(facts=facts):
                await segment.record(facts)
            case CallModel():
                await self._call_model(segment, effect)
            case RunTool(call=call, attempt=attempt):
                await self.tools.run(segment, call, attempt)
            case Inspect(call=call):
                await self.tools.inspect(segment, call)
            case Attach(call=call, attempt=attempt):
                await self.tools.attach(segment, call, attempt)
            case Abort():
                await self._abort(segment, effect)
            case _:
                assert_never(effect)

    async def _call_model(self, segment: Segment, effect: CallModel) -> None:
        if effect.turn == 1 and self.tools.containers.wants(segment.session):
            # The container's start hides behind the model's first words.
            self.spawn(self._warm(segment.session, (await segment.profile()).sandbox))
        try:
            async for attempt in self._attempts(segment):
                with attempt:
                    number = effect.attempt + attempt.retry_state.attempt_number - 1
                    await self._try(segment, effect, number)
        except ModelError as error:
            await self._end(segment, RunFinished(outcome=Outcome.FAILED, reason=str(error)))

    async def _try(self, segment: Segment, effect: CallModel, attempt: int) -> None:
        if attempt > effect.attempt:
            await segment.refresh()  # what was said during the wait belongs to this try
        try:
            await self.turns.take(segment, effect, attempt)
        except ModelError as error:
            log.warning("turn.failed", turn=effect.turn, attempt=attempt, why=str(error))
            raise

    def _attempts(self, segment: Segment) -> AsyncRetrying:
        async def announce(retry: RetryCallState) -> None:
            await segment.result((_trying_again(retry),))

        return AsyncRetrying(
            before_sleep=announce,
            sleep=self.clock.sleep,
            stop=stop_after_attempt(TURN_ATTEMPTS),
            retry=retry_if_exception_type((ModelBusy, ModelBroken)),
            wait=_wait,
            reraise=True,
        )

    async def _warm(self, session: SessionId, spec: SandboxSpec) -> None:
        try:
            await self.tools.containers.warm(self.sandbox, session, spec)
        except SandboxError as error:
            log.info("sandbox.unavailable", session=session, why=str(error))
        except Exception:  # nobody waits for it: raised here, it would end every session
            log.exception("sandbox.warm_failed", session=session)

    async def _abort(self, segment: Segment, effect: Abort) -> None:
        """End what still runs, then the run. The truth is the stop_requested fact."""
        stopped = RunFinished(outcome=Outcome.CANCELLED, reason=f"Stopped by {effect.by}.")
        if effect.call is None:
            await self._end(segment, stopped)
            return
        call, message = effect.call.call, f"Stopped by {effect.by} while it ran."
        failed = ToolCallFailed(
            call_id=call.call_id, tool=call.tool, kind="stopped", message=message
        )
        await self._stop_box(segment.session)
        await self._end(segment, stopped, failed)

    async def _end(
        self, segment: Segment, finished: RunFinished, failed: ToolCallFailed | None = None
    ) -> None:
        """End the run before its time, with the call that still ran: what people read stays."""
        chunks = [c for c in self.turns.hub.ring(segment.session) if c.run_id == segment.run_id]
        calls: list[Fact] = []
        if failed is not None:
            so_far = output(chunks, failed.call_id)
            calls.append(failed.model_copy(update={"output": so_far}))
        read = kept(segment.state.run, list(unfinished(chunks, self.clock.now())))
        try:
            await segment.result([*read, *calls, finished])
        except BodyTooLarge as error:  # text of control characters alone
            log.warning("run.text_lost", session=segment.session, why=str(error))
            await segment.result([*calls, finished])

    async def _stop_box(self, session: SessionId) -> None:
        try:
            await self.sandbox.stop(session)
        except SandboxError as error:
            log.warning("sandbox.stop_failed", session=session, why=str(error))


def _trying_again(retry: RetryCallState) -> Notice:
    """Said before the wait, which may be long."""
    busy = retry.outcome is not None and isinstance(retry.outcome.exception(), ModelBusy)
    what = "The model is busy" if busy else "The model's answer broke off"
    seconds = retry.next_action.sleep if retry.next_action else 0.0
    number = retry.attempt_number + 1
    text = f"{what}; trying again in {seconds:.0f} s ({number} of {TURN_ATTEMPTS})."
    return Notice(level="warning", text=text)


def _wait(retry: RetryCallState) -> float:
    """Seconds before the next attempt: what the provider named, else doubling."""
    error = retry.outcome.exception() if retry.outcome else None
    if isinstance(error, ModelBusy) and error.retry_after is not None:
        return min(error.retry_after, 10 * _LONGEST_WAIT)
    return min(_FIRST_WAIT * 2 ** (retry.attempt_number - 1), _LONGEST_WAIT)
