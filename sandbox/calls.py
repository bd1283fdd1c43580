"""Follows one call: starts it or attaches to it, keeps its deadline from outside, tells how it
ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

from docker.errors import APIError

from runtime.errors import CallGone
from runtime.ids import CallId
from runtime.ports import Command, Exited, Output
from sandbox import programs
from sandbox.call_log import CallLog, Why
from sandbox.docker_engine import DockerEngine
from sandbox.errors import ContainerGone, EngineSilent
from sandbox.exec_stream import ExecStream

GRACE = 0.4
"""Seconds that the supervisor gets to keep the deadline by itself; then the keeper is told to end
all."""

_DYING = 5
"""Seconds for a stream to end after everything in the container was killed."""

_STATUS = 30
"""Seconds for the engine to know the exit status of a call whose stream has ended."""

_HELD = 1
"""Seconds without a word after an end was told: then the engine is asked whether it is true."""

_GIVEN_UP = 126
"""The status that the engine writes for an exec whose output it could not pass on, as after a cut
connection: the exec itself lives on, and how it ends the engine never tells."""

_TAILS = 5
"""Streams that may break one after the other; then the call is given up."""

_REPLACED = "\n[the container did not answer and was replaced: only the workspace was kept]\n"


class NotStarted(Exception):
    """The container could not start the supervisor, so nothing ran; carries the engine's words."""


class Call:
    """One call in one container, followed by this process. `run` or `attach` it once."""

    def __init__(self, engine: DockerEngine, container: str, call: CallId) -> None:
        self._engine = engine
        self._container = container
        self._call = call
        self._forced: Why | None = None
        self._notes: tuple[str, ...] = ()
        self._deadline: float | None = None
        self._timeout: float | None = None
        self._exec = ""
        self._silent = False  # ended by the engine's word; last bytes may still be under way
        self._ends = engine.ends[container]
        self._timeouts = engine.timeouts[container]
        self._replaced = False
        self.ours = False  # begun by this process: then a missing record means an early end
        self.transcript = CallLog()

    async def run(self, command: Command) -> AsyncGenerator[Output | Exited]:
        """Start and follow. Raises NotStarted or ContainerGone only if nothing ran."""
        self.ours, self._timeout = True, command.timeout
        argv = programs.supervisor(self._call, command.argv, command.timeout, len(command.stdin))
        async with self._engine.run(self._container, argv, command.stdin) as stream:
            self._exec = stream.exec_id
            while (outputs := await self._take(stream)) is not None:
                for output in outputs:
                    yield output
            self._check_start(stream)
        if stream.complaint and not self.transcript.ended:  # the supervisor itself failed
            yield Output(stream.complaint, "stderr")
        exited = await self._end()
        if exited is None:
            async for item in self._tail():
                yield item
        else:
            for item in self._last_words(exited):
                yield item

    async def halt(self, why: str) -> None:
        """End the call and everything in its container, for what the sentence says."""
        self._notes = (why,)
        await self._end_everything("quota")

    async def attach(self) -> AsyncGenerator[Output | Exited]:
        """Everything from the beginning, then the rest. Raises CallGone if there is no record of
        it."""
        async for item in self._tail():
            yield item

    async def _tail(self) -> AsyncGenerator[Output | Exited]:
        """Read the record from where we are, again whenever the stream breaks."""
        exited: Exited | None = None
        for _ in range(_TAILS):
            self.transcript.resume()
            argv = programs.tail(self._call, self.transcript.offset)
            try:
                async with self._engine.run(self._container, argv, b"") as stream:
                    while (outputs := await self._take(stream)) is not None:
                        for output in outputs:
                            yield output
            except ContainerGone as error:
                raise CallGone(f"the container ended during call {self._call}") from error
            if self.transcript.gone and not self.ours:
                raise CallGone(f"the container has no record of call {self._call}")
            if (exited := await self._end()) is not None:
                break
        if exited is None:
            await self._end_everything("stopped")
            exited = self._forced_end("stopped")
        for item in self._last_words(exited):
            yield item

    async def _take(self, stream: ExecStream) -> list[Output] | None:
        """The next output (it may be empty); None when this stream has no more to tell."""
        known = self.transcript
        if known.complete or (known.ended and not self.ours):
            return None
        data = await self._next(stream)
        if not data:
            return None
        outputs = self.transcript.feed(data)
        if self._deadline is None and known.begun:
            left = known.left if self._timeout is None else self._timeout
            self._deadline = self._now() + left + GRACE
        return outputs

    async def _next(self, stream: ExecStream) -> bytes:
        """Bytes; empty at the end. Past the deadline everything in the container is ended first."""
        while self._forced is None:
            try:
                async with asyncio.timeout_at(self._patience()):
                    return await stream.get()
            except TimeoutError:
                if self._deadline is not None and self._now() >= self._deadline:
                    await self._end_everything("timeout")
                elif self._silent:
                    return b""  # something that the call left holds the stream open
                else:
                    self._silent = await self._status(0) is not None
        try:
            async with asyncio.timeout(_DYING):
                return await stream.get()
        except TimeoutError:
            return b""

    def _patience(self) -> float | None:
        """Until when to wait for the next bytes: not long once an end was told, which may be a
        lie."""
        if self._deadline is None or not self.transcript.ended:
            return self._deadline
        return min(self._deadline, self._now() + _HELD)

    def _check_start(self, stream: ExecStream) -> None:
        """Raise if the exec did not start at all: then there is only the engine's error text."""
        if self.transcript.begun:
            return
        if self.transcript.garbled:
            raise NotStarted(self.transcript.garbled)
        if stream.fault is None:
            return
        meaning = self._engine.fault(stream.fault)
        if isinstance(meaning, ContainerGone):
            raise meaning from stream.fault
        if isinstance(stream.fault, APIError):
            raise NotStarted(str(meaning)) from stream.fault

    async def _end(self) -> Exited | None:
        """How the call ended, if that is known now."""
        known = self.transcript
        if ended := await self._seen():
            return ended
        if known.garbled and self._forced is None and not await self._end_everything("stopped"):
            # What came was no frame, but the engine's word that a dying container starts nothing.
            raise CallGone(f"the container ended during call {self._call}")
        if self._forced:
            return self._forced_end(self._forced)
        if not (known.gone or known.verdict):
            return None
        if self._engine.ends[self._container] == self._ends:
            # Its supervisor was killed from inside; what it left running would outlive its
            # deadline.
            await self._end_everything("stopped")
        judged = known.judge() if known.verdict else self._forced_end("stopped")
        if judged.why == "stopped" and self._engine.timeouts[self._container] != self._timeouts:
            judged = replace(judged, why="timeout")  # of a neighbour, which ended everything
        return judged if self.ours else replace(judged, reported=True)

    async def _seen(self) -> Exited | None:
        """The end that the engine confirms. Where nobody was there to see it, what the record
        says."""
        known = self.transcript
        if known.ended is None:
            return None
        if not self.ours:
            return replace(known.ended, reported=True)
        status = await self._status(_STATUS)
        ended = known.confirmed(status)
        if ended is None and status == _GIVEN_UP and known.verdict:
            ended = replace(known.ended, reported=True)
        return ended and replace(ended, seconds=min(ended.seconds, self._seconds()))

    async def _status(self, patience: float) -> int | None:
        """The supervisor's exit status by the engine, None while it runs."""
        try:
            return await self._engine.exit_status(self._exec, patience)
        except ContainerGone as error:
            raise CallGone(f"the container ended during call {self._call}") from error

    def _forced_end(self, why: Why) -> Exited:
        return Exited(None, why, self._seconds(), notes=self._notes)

    async def _end_everything(self, why: Why) -> bool:
        """By the keeper; if the engine does not answer, by giving the container up. False if it was
        gone already."""
        self._forced = why
        self._engine.timeouts[self._container] += why == "timeout"
        try:
            await self._engine.end_everything(self._container)
        except ContainerGone:
            return False
        except EngineSilent:
            await self._engine.remove(self._container)
            self._replaced = True
        return True

    def _last_words(self, exited: Exited) -> list[Output | Exited]:
        return [Output(_REPLACED, "stderr"), exited] if self._replaced else [exited]

    def _seconds(self) -> float:
        """Since the beginning, by our own clock."""
        if self._deadline is None or self.transcript.begun is None:
            return 0.0
        timeout = self._timeout or self.transcript.begun.timeout / 1000
        return self._now() - (self._deadline - GRACE - timeout)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
