"""AetherRuntime: one session, for programs that embed Aether and for the terminal."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import cache, partial

from runtime import inbox
from runtime.approvals import Duration
from runtime.events import Envelope, FileRef, MessageReceived, RunFinished
from runtime.fold import fold
from runtime.ids import Actor, Address, ApprovalId, GrantId, QuestionId, Seq, SessionId, session_id
from runtime.manager import AgentManager
from runtime.parts import standard_parts
from runtime.ports import Appended, Guard, Model, Refused, Sandbox

PROGRAM = Actor(id="program", name="program")


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
            answer = await self.manager.sessions.tell(self.address, (said,))
            assert isinstance(answer, Appended), "a fresh message id is never known or refused"
            async with aclosing(self.follow(Seq(answer.entries[0].seq - 1))) as events:
                async for envelope in events:
                    yield envelope

    async def follow(self, after: Seq) -> AsyncGenerator[Envelope]:
        """What happens after `after`, until a task ends and no other begins; the events that the
        configuration enables."""
        enabled = self.manager.house.events_enabled
        async with aclosing(self.manager.sessions.events(self.id, after)) as events:
            async for envelope in events:
                if enabled is None or envelope.event.type in enabled:
                    yield envelope
                if isinstance(envelope.event, RunFinished) and await self._idle():
                    return

    async def _idle(self) -> bool:
        entries = await self.manager.house.journal.read(self.id)
        return fold(self.id, entries).run is None

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
