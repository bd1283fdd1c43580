"""AetherRuntime: one session, for programs that embed Aether and for the terminal."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, aclosing
from pathlib import Path

from runtime.approvals import Duration
from runtime.decide import inbox
from runtime.dependencies import DATA_DIR
from runtime.events import Envelope, FileRef, MessageReceived, RunFinished
from runtime.host import Host, HostState
from runtime.ids import (
    NO_SEQ,
    Actor,
    Address,
    ApprovalId,
    GrantId,
    QuestionId,
    Seq,
    SessionId,
    session_id,
)
from runtime.ports import Appended, Guard, Model, Refused, Sandbox
from runtime.shared import Crew, shared_host, visiting

PROGRAM = Actor(id="program", name="program", local=True)


class AetherRuntime:
    """One session. Without a manager it serves itself while a task runs, together with all objects
    of the program and the event loop that keep the same `data_dir`.

    `session_id` names the session: the same name finds the same session again. `llm` is a model's
    name ("openai:…", "anthropic:…", "demo") or an object of `runtime.ports.Model`; by default it is
    chosen as `bot run` does. Without `sandbox`, tools that need a container refuse.
    """

    def __init__(
        self,
        session_id: str = "default",
        llm: str | Model | None = None,
        *,
        sandbox: Sandbox | None = None,
        data_dir: str | Path = DATA_DIR,
        manager: Host | None = None,
        platform: str = "embedded",
    ) -> None:
        self.address = Address(platform=platform, thread=session_id)
        self._given = manager
        self._crew = Crew(llm, sandbox)
        self._data_dir = Path(data_dir).resolve()

    @property
    def id(self) -> SessionId:
        """The session's own id, derived from its address."""
        return session_id(self.address)

    @property
    def manager(self) -> Host:
        """Who serves this session; closed while no task of anybody runs here."""
        return self._given or shared_host(self._data_dir)

    def _serving(self) -> AbstractAsyncContextManager[object]:
        return self._given or visiting(self._data_dir, self.id, self._crew)

    async def run_task(
        self, text: str, *, actor: Actor = PROGRAM, files: tuple[FileRef, ...] = ()
    ) -> AsyncGenerator[Envelope]:
        """Say something and yield what happens, live, until the session is idle again. A text that
        comes while a task runs steers it. Gates and questions wait for `decide` and `answer`."""
        async with self._serving():
            said = MessageReceived(actor=actor, text=text, message_id=uuid.uuid4().hex, files=files)
            async with aclosing(self._from(said)) as events:
                async for envelope in events:
                    yield envelope

    async def _from(self, said: MessageReceived) -> AsyncGenerator[Envelope]:
        """Listen, then say it, so that nothing of what follows is missed; until a task ends and no
        other begins. Only the events that the configuration enables."""
        service = self.manager.service
        enabled = service.events_enabled
        row = await service.journal.session(self.id)
        events = service.sessions.events(self.id, row.head if row else NO_SEQ)
        async with aclosing(events):
            listening = asyncio.ensure_future(anext(events))
            try:
                await asyncio.sleep(0)  # one step: the subscription stands
                answer = await service.sessions.tell(self.address, (said,))
            except BaseException:
                listening.cancel()
                await asyncio.wait((listening,))
                raise
            assert isinstance(answer, Appended), "a fresh message id is never known or refused"
            envelope, begins = await listening, answer.entries[0].seq
            while True:
                if envelope.seq >= begins and (enabled is None or envelope.event.type in enabled):
                    yield envelope
                if isinstance(envelope.event, RunFinished) and await self._idle(service, begins):
                    return
                envelope = await anext(events)

    async def _idle(self, service: HostState, begins: Seq) -> bool:
        """Whether nothing runs, and nothing waits to, of what was said up to here."""
        state = await service.journal.state(self.id)
        return state.head >= begins and state.run is None and not state.inbox

    async def decide(
        self,
        approval: ApprovalId,
        *,
        approve: bool,
        duration: Duration = Duration.ONCE,
        actor: Actor = PROGRAM,
    ) -> str | None:
        """Vote on a gate. The sentence that says why not, if the vote was refused."""
        now = self.manager.now()
        return await self._tell(
            inbox.vote(approval, actor, approve=approve, duration=duration, now=now)
        )

    async def answer(self, question: QuestionId, text: str, actor: Actor = PROGRAM) -> str | None:
        return await self._tell(inbox.answer(question, actor, text))

    async def stop(self, actor: Actor = PROGRAM) -> str | None:
        return await self._tell(inbox.stop(actor, uuid.uuid4().hex))

    async def pause(self, actor: Actor = PROGRAM) -> str | None:
        return await self._tell(inbox.pause(actor))

    async def resume(self, actor: Actor = PROGRAM) -> str | None:
        return await self._tell(inbox.resume(actor))

    async def revoke(self, grant: GrantId, actor: Actor = PROGRAM) -> str | None:
        return await self._tell(inbox.revoke(grant, actor))

    async def _tell(self, guard: Guard) -> str | None:
        answer = await self.manager.sessions.tell(self.address, guard)
        return answer.text if isinstance(answer, Refused) else None
