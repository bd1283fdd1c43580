"""Follows one call: starts it or attaches to it, keeps its deadline from outside, tells how it
ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from docker.errors import APIError

from runtime.errors import CallGone
from runtime.ids import CallId
from runtime.ports import Command, Exited, Output
from sandbox import programs
from sandbox.docker_engine import DockerEngine
from sandbox.faults import ContainerGone, EngineSilent
from sandbox.stream import ExecStream
from sandbox.transcript import Transcript, Why

GRACE = 0.4
"""Seconds that the supervisor gets to keep the deadline by itself; then the keeper is told to end
all."""

_DYING = 5
"""Seconds for a stream to end after everything in the container was killed."""

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
        self._deadline: float | None = None
        self._ends = engine.ends[container]
        self._replaced = False
        self._ours = False  # begun by this process: then a missing record means an early end
        self.transcript = Transcript()

    async def run(self, command: Command) -> AsyncGenerator[Output | Exited]:
        """Start and follow. Raises NotStarted or ContainerGone only if nothing ran."""
        self._ours = True
        argv = programs.supervisor(self._call, command.argv, command.timeout, len(command.stdin))
        async with self._engine.run(self._container, argv, command.stdin) as stream:
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
            if self.transcript.gone and not self._ours:
                raise CallGone(f"the container has no record of call {self._call}")
            if (exited := await self._end()) is not None:
                break
        if exited is None:
            await self._end_everything("stopped")
            exited = Exited(None, "stopped", self._seconds())
        for item in self._last_words(exited):
            yield item

    async def _take(self, stream: ExecStream) -> list[Output] | None:
        """The next output (it may be empty); None when this stream has no more to tell."""
        if self.transcript.complete:
            return None
        data = await self._next(stream)
        if not data:
            return None
        outputs = self.transcript.feed(data)
        if self._deadline is None and self.transcript.begun:
            self._deadline = self._now() + self.transcript.left + GRACE
        return outputs

    async def _next(self, stream: ExecStream) -> bytes:
        """Bytes; empty at the end. Past the deadline everything in the container is ended first."""
        if self._forced is None:
            try:
                async with asyncio.timeout_at(self._deadline):
                    return await stream.get()
            except TimeoutError:
                await self._end_everything("timeout")
        try:
            async with asyncio.timeout(_DYING):
                return await stream.get()
        except TimeoutError:
            return b""

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
        if known.ended:
            return known.ended
        if known.garbled and self._forced is None and not await self._end_everything("stopped"):
            # What came was no frame, but the engine's word that a dying container starts nothing.
            raise CallGone(f"the container ended during call {self._call}")
        if self._forced:
            return Exited(None, self._forced, self._seconds())
        if not (known.gone or known.verdict):
            return None
        if self._engine.ends[self._container] == self._ends:
            # Its supervisor was killed from inside; what it left running would outlive its
            # deadline.
            await self._end_everything("stopped")
        return known.judge() if known.verdict else Exited(None, "stopped", self._seconds())

    async def _end_everything(self, why: Why) -> bool:
        """By the keeper; if the engine does not answer, by giving the container up. False if it was
        gone already."""
        self._forced = why
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
        return self._now() - (self._deadline - GRACE - self.transcript.begun.timeout / 1000)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
