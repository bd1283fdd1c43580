"""Where what was heard goes in: the router first, then everything that follows from its receipt."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from adapters.ports.chat_platform import InboundContext
from adapters.ports.inbound import Accepted, Edited, Inbound, Mention, Receipt, Refused, Reply
from adapters.slack.inbound.admission import REFUSAL, Admission
from adapters.slack.inbound.background_tasks import BackgroundTasks
from adapters.slack.inbound.channels import Channels
from adapters.slack.inbound.deduplicator import Deduplicator
from adapters.slack.inbound.people import People
from adapters.slack.inbound.reply import Listener, reply
from adapters.slack.inbound.threads import Threads
from adapters.slack.installations.web import write
from adapters.slack.installations.workspace_client import WorkspaceClient
from runtime.errors import ToolError

log = structlog.get_logger(__name__)

_TITLE = 80


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that the parts which listen have in common."""

    context: InboundContext
    people: People
    channels: Channels
    admission: Admission
    threads: Threads
    once: Deduplicator
    background: BackgroundTasks

    async def said(
        self, client: WorkspaceClient, message: Mention | Reply | Edited
    ) -> Receipt | None:
        """Durable when it returns; None if it was heard before. Raises AetherError if it is not
        durable: Slack must send it again."""
        inbound, revision = message, ""
        if isinstance(message, Edited):
            message, revision = message.said, message.revision
        key = (message.address.team, message.channel, message.message_id, revision)
        receipt = await self.once.do(key, lambda: self.quiet(client, inbound))
        if receipt is None:
            return None
        listener = Listener(message.channel, message.actor.id, message.address.thread)
        self._tell(client, listener, receipt)
        is_first = message.message_id == message.address.thread
        if isinstance(receipt, Accepted) and is_first and message.channel.startswith("D"):
            self.background.send("title", _entitle(client, message))
        return receipt

    async def done(self, client: WorkspaceClient, inbound: Inbound, listener: Listener) -> Receipt:
        """As `said`, for what people press or command; they are told what came of it."""
        receipt = await self.quiet(client, inbound)
        self._tell(client, listener, receipt)
        return receipt

    def refuse(self, client: WorkspaceClient, listener: Listener, why: str) -> None:
        """What never comes to the router; the sentence is for this person alone."""
        self._tell(client, listener, Refused(why))

    async def quiet(self, client: WorkspaceClient, inbound: Inbound) -> Receipt:
        """The receipt is told by the one who asks. Raises AetherError."""
        if not await self.admission.admits(client, inbound.actor.id):
            return Refused(REFUSAL)
        try:
            return await self.context.receive(inbound)
        except ToolError as error:  # a file that is gone stays gone: sending again is of no use
            log.info("slack.file_missing", message=inbound.message_id)
            return Refused(str(error))

    def _tell(self, client: WorkspaceClient, listener: Listener, receipt: Receipt) -> None:
        self.background.send("answer", reply(client.web, self.context.clock, listener, receipt))


async def _entitle(client: WorkspaceClient, mention: Mention | Reply) -> None:
    """In a direct message the thread has a name in the app's history."""
    title = " ".join(mention.text.split())[:_TITLE]
    if title:
        thread = {"channel_id": mention.channel, "thread_ts": mention.address.thread}
        await write(client.web, "assistant.threads.setTitle", **thread, title=title)
