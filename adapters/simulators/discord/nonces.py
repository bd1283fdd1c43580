"""Names that a sender gives to a message, so that sending it twice makes one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.simulators.discord.message import Message

MEMORY = timedelta(minutes=5)
"""The documentation says "the past few minutes"."""

Name = tuple[int, int, str]


@dataclass(slots=True)
class Nonces:
    _known: dict[Name, Message] = field(default_factory=dict[Name, Message])

    def find(self, author: int, channel: int, nonce: str, now: datetime) -> Message | None:
        """The message that this author wrote here under this name a short while ago."""
        message = self._known.get((author, channel, nonce))
        return message if message and now - message.made <= MEMORY else None

    def keep(self, message: Message, now: datetime) -> None:
        if message.nonce is not None:
            self._known = {n: m for n, m in self._known.items() if now - m.made <= MEMORY}
            self._known[message.author.id, message.channel.id, message.nonce] = message
