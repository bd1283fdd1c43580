"""Where what was heard goes in: the desk first, then everything that follows from its receipt."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from adapters.inbound import Accepted, Inbound, Mention, Receipt, Refused, Reply
from adapters.platforms import Front
from adapters.slack.hear.admission import REFUSAL, Admission
from adapters.slack.hear.channels import Channels
from adapters.slack.hear.errands import Errands
from adapters.slack.hear.once import Once
from adapters.slack.hear.people import People
from adapters.slack.hear.tell import Listener, tell
from adapters.slack.hear.threads import Threads
from adapters.slack.teams.seat import Seat
from adapters.slack.teams.web import write
from runtime.errors import ToolError

log = structlog.get_logger(__name__)

_TITLE = 80


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Everything that the parts which listen have in common."""

    front: Front
    people: People
    channels: Channels
    admission: Admission
    threads: Threads
    once: Once
    errands: Errands

    async def said(self, seat: Seat, message: Mention | Reply) -> Receipt | None:
        """Durable when it returns; None if it was heard before. Raises AetherError if it is not
        durable: Slack must send it again."""
        key = (message.address.team, message.channel, message.message_id)
        receipt = await self.once.do(key, lambda: self.quiet(seat, message))
        if receipt is None:
            return None
        listener = Listener(message.channel, message.actor.id, message.address.thread)
        self._tell(seat, listener, receipt)
        is_first = message.message_id == message.address.thread
        if isinstance(receipt, Accepted) and is_first and message.channel.startswith("D"):
            self.errands.send("title", _entitle(seat, message))
        return receipt

    async def done(self, seat: Seat, inbound: Inbound, listener: Listener) -> Receipt:
        """As `said`, for what people press or command; they are told what came of it."""
        receipt = await self.quiet(seat, inbound)
        self._tell(seat, listener, receipt)
        return receipt

    def refuse(self, seat: Seat, listener: Listener, why: str) -> None:
        """What never comes to the desk; the sentence is for this person alone."""
        self._tell(seat, listener, Refused(why))

    async def quiet(self, seat: Seat, inbound: Inbound) -> Receipt:
        """The receipt is told by the one who asks. Raises AetherError."""
        if not await self.admission.admits(seat, inbound.actor.id):
            return Refused(REFUSAL)
        try:
            return await self.front.receive(inbound)
        except ToolError as error:  # a file that is gone stays gone: sending again is of no use
            log.info("slack.file_missing", message=inbound.message_id)
            return Refused(str(error))

    def _tell(self, seat: Seat, listener: Listener, receipt: Receipt) -> None:
        self.errands.send("answer", tell(seat.web, self.front.clock, listener, receipt))


async def _entitle(seat: Seat, mention: Mention | Reply) -> None:
    """In a direct message the thread has a name in the app's history."""
    title = " ".join(mention.text.split())[:_TITLE]
    if title:
        thread = {"channel_id": mention.channel, "thread_ts": mention.address.thread}
        await write(seat.web, "assistant.threads.setTitle", **thread, title=title)
