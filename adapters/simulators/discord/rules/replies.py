"""What a message says about the one that it answers."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.message import Message, MessageKind, Quote
from adapters.simulators.discord.people import User
from adapters.simulators.discord.permissions import Right, rights
from adapters.simulators.discord.refusals import Refusal
from adapters.simulators.discord.rules.form import Form

_ANSWERABLE = frozenset(
    {MessageKind.DEFAULT, MessageKind.REPLY, MessageKind.SLASH_COMMAND, MessageKind.MENU_COMMAND}
)


@dataclass(frozen=True, slots=True)
class Answered:
    """`message` is None where the answered one is gone and that was to be put up with."""

    message: Message | None = None

    @property
    def quote(self) -> Quote | None:
        return Quote(self.message.channel.id, self.message.id) if self.message else None

    @property
    def kind(self) -> MessageKind:
        return MessageKind.REPLY if self.message else MessageKind.DEFAULT


def read_reply(form: Form, channel: Channel, author: User) -> Answered:
    """Raises Refusal 160002 without the right to read what was said before."""
    reference = form.form("message_reference")
    if reference is None:
        return Answered()
    if channel.guild and not rights(channel, author) & Right.READ_HISTORY:
        what = "Cannot reply without permission to read message history"
        raise Refusal(400, 160002, what)
    message = channel.messages.get(reference.snowflake("message_id") or 0)
    if message is None and reference.flag("fail_if_not_exists", True):
        form.fail("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    if message and message.kind not in _ANSWERABLE:
        what = "Cannot reply to a system message"
        form.fail("message_reference", "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", what)
    return Answered(message)
