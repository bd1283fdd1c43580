"""One tool call, from its start on the record to its end on the record."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

import structlog
from pydantic import ValidationError

from runtime.containers import Containers
from runtime.decide.calls import judged_risk
from runtime.errors import AetherError, BodyTooLarge, CallGone, SandboxUnavailable, ToolError
from runtime.events import (
    FailureKind,
    QuestionAsked,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.facts import CallInspected, Fact, OutcomeUnknown, PlannedCall
from runtime.folds.state import Run
from runtime.ids import CallId, question_id
from runtime.live.hub import Hub
from runtime.perform.inspection import inspected
from runtime.perform.segment import Segment
from runtime.perform.staging import Brought, bring
from runtime.ports import Artifacts, Clock, Output, Prepared, Sandbox
from runtime.tools.tool import Failure, Item, Params, Question, Result, Tool, Workplace
from runtime.tools.toolbox import OpenToolbox

log = structlog.get_logger(__name__)

_NO_CONTAINER = Prepared("", "")
_BROKE = "broke on this call and may have done a part of it: look before you repeat it."
_TOO_LARGE = "The call was made, but its result is too large to be kept: ask for less at once."
_REACH_AGAIN = (0.5, 2.0, 5.0)  # seconds: how long a cut engine is given to come back
_BEGINNINGS = 3  # containers that one call may lose


@dataclass(frozen=True, slots=True)
class ToolRunner:
    """Runs and re-attaches calls. The start is on the record before the effect begins."""

    open_toolbox: OpenToolbox
    sandbox: Sandbox
    containers: Containers
    artifacts: Artifacts
    hub: Hub
    clock: Clock

    async def run(self, segment: Segment, call: PlannedCall, attempt: int) -> None:
        """Begin the call if the session is still ours at exactly this head; then see it through."""
        try:
            tool = await self._tool(segment, call)
            prepared = await self._prepare(segment, tool)
        except SandboxUnavailable as error:
            await segment.record((_failed(call, "unavailable", str(error)),))
            return
        except ToolError as error:
            await segment.record((_failed(call, "unknown_tool", str(error)),))
            return
        files = await self._bring(segment, call, tool)
        if await self._changed(segment, call):
            return
        start = ToolCallStart(
            call_id=call.call_id,
            attempt=attempt,
            tool=call.tool,
            summary=call.summary,
            arguments=call.arguments,
            risk=judged_risk(segment.state, call),
            isolation=prepared.isolation,
            container=prepared.container,
            attached=files.count,
            lacking=files.lacking,
        )
        if await segment.record((start,)):
            await self._finish(segment, call, self._place(segment, call, attempt))

    async def inspect(self, segment: Segment, call: PlannedCall) -> None:
        """Look at what the call would send, and put it on the record; or why it cannot be sent."""
        try:
            await self._bring(segment, call, await self._tool(segment, call))
            files = await inspected(segment.session, call, self.sandbox)
        except SandboxUnavailable as error:
            await segment.record((_failed(call, "unavailable", str(error)),))
        except ToolError as error:
            await segment.record((_failed(call, "failed", str(error)),))
        else:
            await segment.record((CallInspected(call_id=call.call_id, files=files),))

    async def _changed(self, segment: Segment, call: PlannedCall) -> bool:
        """Whether what was approved is not what stands there now; then that is on the record."""
        state = _run(segment).call(call.call_id)
        if state is None or state.seen is None:
            return False
        try:
            files = await inspected(segment.session, call, self.sandbox)
        except (SandboxUnavailable, ToolError) as error:
            await segment.record((_failed(call, "failed", str(error)),))
            return True
        if files == state.seen:
            return False
        await segment.record((CallInspected(call_id=call.call_id, files=files),))
        return True

    async def _tool(self, segment: Segment, call: PlannedCall) -> Tool:
        """The tools may have changed since the call was planned: raises ToolError if it is gone."""
        return (await self.open_toolbox(await segment.profile())).tool(call.tool)

    async def _prepare(self, segment: Segment, tool: Tool) -> Prepared:
        """The container, for a tool that needs one."""
        if not tool.in_container:
            return _NO_CONTAINER
        spec = (await segment.profile()).sandbox
        return await self.containers.prepare(self.sandbox, segment.session, spec)

    async def _bring(self, segment: Segment, call: PlannedCall, tool: Tool) -> Brought:
        """What people attached, for a tool that may look at it."""
        attached = segment.conversation.attached
        if not tool.in_workspace:
            return Brought(attached.brought)
        files = await bring(segment.session, attached, self.sandbox, self.artifacts)
        for why in files.lacking:
            log.warning("attachment.lacking", call=call.call_id, why=why)
        return files

    async def attach(self, segment: Segment, call: PlannedCall, attempt: int) -> None:
        """The driver that began the call is gone. What never left this process is done again; what
        ran in a container is taken up where it is."""
        place = self._place(segment, call, attempt)
        if await self.in_container(segment, call):
            await self._finish(segment, call, replace(place, attach=True))
        elif call.repeatable:
            await self._finish(segment, call, place)
        else:
            await segment.result((OutcomeUnknown(call_id=call.call_id),))

    async def in_container(self, segment: Segment, call: PlannedCall) -> bool:
        """Whether the call needs a container."""
        try:
            return (await self._tool(segment, call)).in_container
        except ToolError:  # the tool exists no more: its call can only be unknown
            return False

    def _place(self, segment: Segment, call: PlannedCall, attempt: int) -> Workplace:
        execution = call.call_id if attempt <= 1 else CallId(f"{call.call_id}~{attempt}")
        run = _run(segment)
        state = run.call(call.call_id)
        seen = (state.seen if state else None) or ()
        return Workplace(
            session=segment.session,
            call=execution,
            sandbox=self.sandbox,
            artifacts=self.artifacts,
            plan=run.plan,
            approved={file.path: file.sha256 for file in seen},
        )

    async def _finish(self, segment: Segment, call: PlannedCall, place: Workplace) -> None:
        try:
            end = await self._reach(segment, call, place)
        except CallGone:
            await self._gone(segment, call)
            return
        try:
            await segment.result(_facts(_run(segment), call, end))
        except BodyTooLarge as error:
            await segment.result((_failed(call, "failed", f"{_TOO_LARGE} ({error})"),))

    async def _reach(
        self, segment: Segment, call: PlannedCall, place: Workplace
    ) -> Result | Failure | Question:
        """Run to the end; where the engine is cut in mid-call, attach again before giving up."""
        screen = _Screen(self.hub, segment, call)
        for pause in (*_REACH_AGAIN, None):
            try:
                return await self._stream(segment, call, place, screen)
            except ToolError as error:
                return Failure("failed", str(error))
            except SandboxUnavailable as error:
                log.warning("tool.engine_cut", call=call.call_id, why=str(error))
                if pause is None:
                    return Failure("unavailable", f"{error} The outcome of the call is unknown.")
                await self.clock.sleep(pause)
                place = replace(place, attach=await self.in_container(segment, call))
                screen.rewind()
            except AetherError:
                raise
            except Exception as error:  # a bug of the tool must not end the task
                log.exception("tool.broke", call=call.call_id)
                return Failure("failed", f"{call.tool} {_BROKE} ({type(error).__name__})")
        raise AssertionError("the last pause is None")

    async def _stream(
        self, segment: Segment, call: PlannedCall, place: Workplace, screen: _Screen
    ) -> Result | Failure | Question:
        tool = await self._tool(segment, call)
        params = _params(tool, call)
        async with aclosing(tool.run(params, place)) as items:
            async for item in items:
                if not isinstance(item, Output):
                    return item
                screen.show(item)
        raise AssertionError(f"tool {call.tool!r} ended without a result")

    async def _gone(self, segment: Segment, call: PlannedCall) -> None:
        """The container that ran the call is gone: again if that is harmless, else unknown. A call
        that loses every container may be what ends them."""
        state = _run(segment).call(call.call_id)
        begun = state.attempt if state else 1
        if call.repeatable and begun < _BEGINNINGS:
            await self.run(segment, call, begun + 1)
        else:
            await segment.result((OutcomeUnknown(call_id=call.call_id),))


class _Screen:
    """Shows the output of one call as it comes, each character once: attaching again brings all
    of it from the first on."""

    def __init__(self, hub: Hub, segment: Segment, call: PlannedCall) -> None:
        self._hub, self._session, self._call = hub, segment.session, call
        self._run_id = _run(segment).run_id
        self._shown = 0
        self._read = 0

    def rewind(self) -> None:
        self._read = 0

    def show(self, output: Output) -> None:
        text = output.text[max(0, self._shown - self._read) :]
        self._read += len(output.text)
        if text:
            self._shown = self._read
            chunk = ToolCallChunk(call_id=self._call.call_id, text=text, stream=output.stream)
            self._hub.broadcast(self._session, self._run_id, chunk)


def _params(tool: Tool, call: PlannedCall) -> Params:
    """The arguments were valid when they were planned; another version may see it differently."""
    try:
        return tool.params.model_validate(call.arguments)
    except ValidationError as error:
        raise ToolError(f"{call.tool}: its arguments are not valid any more: {error}") from error


def _run(segment: Segment) -> Run:
    run = segment.state.run
    assert run is not None, "a call belongs to a live run"
    return run


def _facts(run: Run, call: PlannedCall, end: Item) -> Sequence[Fact]:
    match end:
        case Result():
            done = ToolCallComplete(
                call_id=call.call_id,
                output=end.output,
                exit_code=end.exit_code,
                seconds=end.seconds,
                changed=end.changed,
                truncated=end.truncated,
                notes=end.notes,
                reported=end.reported,
            )
            return (done, *end.facts)
        case Failure():
            failed = _failed(call, end.kind, end.message)
            more = {
                name: getattr(end, name)
                for name in ("output", "seconds", "changed", "notes", "reported")
            }
            return (failed.model_copy(update=more),)
        case Question():
            return (
                QuestionAsked(
                    question_id=question_id(run.run_id, run.asked + 1),
                    question=end.question,
                    options=end.options,
                    call_id=call.call_id,
                ),
            )
        case Output():
            raise AssertionError("output is not an end")


def _failed(call: PlannedCall, kind: FailureKind, message: str) -> ToolCallFailed:
    return ToolCallFailed(call_id=call.call_id, tool=call.tool, kind=kind, message=message)
