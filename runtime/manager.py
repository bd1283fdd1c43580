"""AgentManager: opens, gets, lists and stops sessions; one per database and process."""

from __future__ import annotations

from functools import cache

from runtime.decide import inbox
from runtime.dependencies import standard_dependencies
from runtime.host import Host
from runtime.ids import Actor, Address, SessionId
from runtime.ports import Refused
from runtime.runtime import AetherRuntime


class AgentManager(Host):
    """A host with its sessions as objects."""

    def open(self, address: Address) -> AetherRuntime:
        """The session of this address; it begins with its first message."""
        runtime = AetherRuntime(address.thread, manager=self, platform=address.platform)
        runtime.address = address  # team and channel too
        return runtime

    async def get(self, session: SessionId) -> AetherRuntime | None:
        """A session that exists."""
        row = await self.session(session)
        return None if row is None else self.open(row.address)

    async def stop(self, session: SessionId, actor: Actor, message_id: str) -> str | None:
        """Stop the running task. The sentence that says why not, if it cannot be stopped."""
        row = await self.session(session)
        if row is None:
            return f"There is no session {session}."
        answer = await self.sessions.tell(row.address, inbox.stop(actor, message_id))
        return answer.text if isinstance(answer, Refused) else None


@cache
def get_agent_manager() -> AgentManager:
    """The process's manager on the standard parts; open it with `async with`."""
    return AgentManager(standard_dependencies)
