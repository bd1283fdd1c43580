"""AetherRuntime: one session, for programs that embed Aether and for the terminal."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import cache, partial

from runtime import inbox
from runtime.approvals import Duration
from runtime.events import Envelope, FileRef, MessageReceived, RunFinished
from runtime.folds.fold import fold
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
from runtime.manager import AgentManager
from runtime.parts import standard_parts
from runtime.ports import Appended, Guard, Model, Refused, Sandbox

PROGRAM = Actor(id="program", name="program", local=True)


class AetherRuntime:
    """One session. Without a manager it serves itself while a task runs.

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
        manager: AgentManager | None = None,
        platform: str = "embedded",
    ) -> None:
        self.address = Address(platform=platform, thread=session_id)
        self.manager = manager or AgentManager(partial(standard_parts, llm, sandbox=sandbox))

    @property
    def id(self) -> SessionId:
        """The session's own id, derived from its address."""
        return session_id(self.address)

    async def run_task(
        self, text: str, *, actor: Actor = PROGRAM, files: tuple[FileRef, ...] = ()
    ) -> AsyncGenerator[Envelope]:
        """Say something and yield what happens, live, until the session is idle again. A text that
        comes while a task runs steers it. Gates and questions wait for `decide` and `answer`."""
        async with self.manager:
            said = MessageReceived(actor=actor, text=text, message_id=uuid.uuid4().hex, files=files)
            async with aclosing(self._from(said)) as events:
                async for envelope in events:
                    yield envelope

    async def _from(self, said: MessageReceived) -> AsyncGenerator[Envelope]:
        """Listen, then say it, so that nothing of what follows is missed; until a task ends and no
        other begins. Only the events that the configuration enables."""
        enabled = self.manager.house.events_enabled
        row = await self.manager.house.journal.session(self.id)
        events = self.manager.sessions.events(self.id, row.head if row else NO_SEQ)
        async with aclosing(events):
            listening = asyncio.ensure_future(anext(events))
            try:
                await asyncio.sleep(0)  # one step: the subscription stands
                answer = await self.manager.sessions.tell(self.address, (said,))
            except BaseException:
                listening.cancel()
                await asyncio.wait((listening,))
                raise
            assert isinstance(answer, Appended), "a fresh message id is never known or refused"
            envelope, begins = await listening, answer.entries[0].seq
            while True:
                if envelope.seq >= begins and (enabled is None or envelope.event.type in enabled):
                    yield envelope
                if isinstance(envelope.event, RunFinished) and await self._idle(begins):
                    return
                envelope = await anext(events)

    async def _idle(self, begins: Seq) -> bool:
        """Whether nothing runs, and nothing waits to, of what was said up to here."""
        state = fold(self.id, await self.manager.house.journal.read(self.id))
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
        now = self.manager.house.clock.now()
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


@cache
def get_agent_manager() -> AgentManager:
    """The process's manager on the standard parts; open it with `async with`."""
    return AgentManager(standard_parts)
