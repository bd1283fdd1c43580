"""What people write: messages, their files, and what becomes of them."""

from __future__ import annotations

from typing import Literal

from runtime.ids import Actor, ArtifactHash, Value


class FileRef(Value):
    """A stored file. `name` is untrusted text; the bytes are the artifact."""

    name: str
    artifact: ArtifactHash
    size: int
    media_type: str = "application/octet-stream"


class Unread(Value):
    """A file of a message that could not be read. `name` is untrusted text; `why` is a clause for
    people and the model."""

    name: str
    why: str


class Part(Value):
    """What belongs to a message beside its own words, all of it untrusted: what it replies to,
    forwards or shares, a `card` (attachments, blocks and embeds in which an app writes, a preview),
    a poll, the title of the post that it begins. `author` is a name, "" where nobody is named."""

    kind: Literal["reply", "forward", "share", "card", "poll", "title"]
    text: str
    author: str = ""


class Earlier(Value):
    """What somebody wrote in the thread before: a person, or an `app`. `files` are names: nobody
    fetched them."""

    actor: Actor
    text: str
    files: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    app: bool = False


class MessageReceived(Value):
    """`aside`: it starts and steers nothing, and the model does not hear it; `overheard` (always
    with `aside`): it was talk among people, which the model reads before the next words that are
    for it. `edited`: it calls the agent since its author changed it; as it was before it may stand
    on the record too. `earlier` is what it may read of the thread's time before its first message;
    `left_out` counts older ones that did not fit. `read_to`, where it is set, is up to where the
    thread was read, as a message id: the message itself is older. `unseen` says why that time
    could not be read, where it could not. `parts` belong to the message like its words."""

    type: Literal["message_received"] = "message_received"
    actor: Actor
    text: str
    channel: str = ""
    message_id: str
    aside: bool = False
    overheard: bool = False
    edited: bool = False
    files: tuple[FileRef, ...] = ()
    unread: tuple[Unread, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    left_out: int = 0
    read_to: str = ""
    unseen: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def is_read(self) -> bool:
        """Whether the model ever sees it."""
        return self.overheard or not self.aside

    @property
    def subject(self) -> str:
        """The first line of what it is about: its words, else those that belong to it."""
        before = [earlier.text for earlier in self.earlier[-1:]]
        every = (self.text, *(part.text for part in self.parts), *before)
        lines = (line.strip() for text in every for line in text.splitlines())
        return next((line for line in lines if line), "(no text)")


class MessageEdited(Value):
    """A message on the record says something else now, or is `deleted`. What the model has not read
    by then it reads in the newest words; of the rest it is told that they changed. `revision` tells
    one edit of a message from another."""

    type: Literal["message_edited"] = "message_edited"
    channel: str
    message_id: str
    revision: str
    text: str = ""
    deleted: bool = False
