"""What people do on a platform, in Aether's words, and what they are told at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from adapters.ports.button import ButtonToken
from runtime.events import Part
from runtime.ids import Actor, Address


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message; `handle` is what the surface fetches it by. `name` is untrusted.
    `barred` says why it cannot be fetched, where the platform told so with the message."""

    handle: str
    name: str
    size: int
    media_type: str = "application/octet-stream"
    barred: str = ""


To = Literal["anyone", "bot", "name", "others"]
"""Whom a message is to, as far as the platform says so: by mentions, and by what it replies to.
`name`: without a mention it calls the agent by a name that it has there."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody calls the agent: a session begins, or the next task of one. `channel` is where the
    message stands; with `message_id` it tells a message from every other one. `read_to` is the
    moment of the call, as a message id, where it is about an older message: what was written in the
    thread until then is its history. `direct`: nobody called, but nobody else is there."""

    address: Address
    actor: Actor
    message_id: str
    text: str
    channel: str = ""
    files: tuple[Attachment, ...] = ()
    read_to: str = ""
    direct: bool = False
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """A message in a thread that the agent is part of, heard because of that. Who is not `admitted`
    may not use the agent: their words may stand in a thread's history, and do nothing. So do those
    of an `app`."""

    address: Address
    actor: Actor
    message_id: str
    text: str
    channel: str = ""
    files: tuple[Attachment, ...] = ()
    admitted: bool = True
    to: To = "anyone"
    direct: bool = False
    parts: tuple[Part, ...] = ()
    app: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """Somebody changed a message: `said` is what it is now. `revision` tells one edit of it from
    another."""

    said: Mention | Reply
    revision: str

    @property
    def address(self) -> Address:
        return self.said.address

    @property
    def actor(self) -> Actor:
        return self.said.actor

    @property
    def message_id(self) -> str:
        return self.said.message_id


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message is gone. Platforms do not tell who did it: `actor` is the author, as far as that is
    known."""

    address: Address
    actor: Actor
    message_id: str
    channel: str


@dataclass(frozen=True, slots=True)
class Press:
    """A button or a choice on one of our messages. `message_id` names this press: a second one by
    the same person is another. `token` is untrusted: anybody can send one. `by_name`: no button was
    pressed; a program names what it read on the record, where an id never changes its meaning."""

    address: Address
    actor: Actor
    message_id: str
    token: ButtonToken
    by_name: bool = False
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """A word with arguments that the platform delivers as a command, without its sigil."""

    address: Address
    actor: Actor
    message_id: str
    name: str
    text: str = ""
    files: tuple[Attachment, ...] = ()


Inbound = Mention | Reply | Edited | Deleted | Press | Command


@dataclass(frozen=True, slots=True)
class Accepted:
    """It is on the record; what follows from it appears in the thread. `known`: it was there
    before, and nothing follows. `done`: it was a word of command, which no task answers; the
    sentence tells that it was taken. `aside`: it was not for the agent, which does nothing."""

    known: bool = field(default=False, compare=False)
    done: str = field(default="", compare=False)
    aside: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing happened; the sentence is for this person alone. `outdated`: what they pressed shows
    something else than there is, so it must be drawn again."""

    text: str
    outdated: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class InfoReply:
    """Something to read, for this person alone; `body` is Markdown. `exact` stands below it letter
    by letter: a command, a diff. `link` is where the workbench shows the session, if people can
    reach it."""

    title: str
    body: str
    exact: str = ""
    link: str = ""


Receipt = Accepted | Refused | InfoReply
