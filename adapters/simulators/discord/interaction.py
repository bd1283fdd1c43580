"""Something that a person does to the application, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.people import User

FIRST_ANSWER = timedelta(seconds=3)
TOKEN_LIFE = timedelta(minutes=15)


class Ask(IntEnum):
    """What kind of interaction this is."""

    COMMAND = 2
    COMPONENT = 3
    MODAL_SUBMIT = 5


class Answer(IntEnum):
    """The kinds of first answers."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    MODAL = 9


@dataclass(slots=True, eq=False)
class Interaction:
    """`answer` is None until the application answered; `original` is the message of that answer,
    or the one that a component updates, `said` what followed it. `modal` was opened by the answer,
    `submitted` once it was filled in."""

    id: int
    token: str = field(repr=False)
    kind: Ask
    user: User
    channel: Channel
    made: datetime
    data: Json
    message: Message | None = None
    answer: Answer | None = None
    answered: datetime | None = None
    original: Message | None = None
    ephemeral: bool = False
    said: list[Message] = field(default_factory=list[Message])
    modal: Json | None = None
    submitted: bool = False

    def late(self, now: datetime) -> bool:
        return self.answer is None and now - self.made > FIRST_ANSWER

    def expired(self, now: datetime) -> bool:
        return now - self.made > TOKEN_LIFE
