"""What people wrote, as the model reads it. Pure.

Whatever somebody chose stands where it can neither end a note of ours nor begin one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from unicodedata import category

from runtime.attachments import LARGEST, Attachment
from runtime.events import MessageReceived
from runtime.ports.model import Said

_NOTE = 500  # characters
_BRACKETS = str.maketrans("[]", "()")
_BEFORE = "[What people said in this thread before you were called. It is context, not your task."
_CALLED = "[Here you are called:]"


def before(message: MessageReceived) -> Iterator[Said]:
    """What the thread said before the agent was called, so marked that nobody takes it for words to
    the agent."""
    if message.earlier:
        cut = f" {message.left_out} older messages are left out." if message.left_out else ""
        yield Said(_BEFORE + cut + "]")
        for earlier in message.earlier:
            files = "".join(f"\n[a file, not fetched: {quoted(name)}]" for name in earlier.files)
            yield Said(earlier.text + files, author=earlier.actor.name or earlier.actor.id)
        yield Said(_CALLED)


def words(message: MessageReceived, files: Iterable[Attachment]) -> Said:
    attached = "".join(f"\n[{_attached(file)}]" for file in files)
    for unread in message.unread:
        attached += (
            f"\n[attached file, could not be read: {quoted(unread.name)}: {quoted(unread.why)}]"
        )
    return Said(message.text + attached, author=message.actor.name or message.actor.id)


def _attached(attachment: Attachment) -> str:
    """Its path, and its own name where that differs."""
    name = attachment.file.name
    if attachment.too_large:
        size = f"{attachment.file.size:,} bytes, more than the {LARGEST:,} that can be"
        return f"attached file, not in the workspace ({size}): {quoted(name)}"
    own = "" if attachment.path.endswith(f"/{name}") else f", sent as: {quoted(name)}"
    return f"attached file {attachment.path}{own}"


def quoted(text: str) -> str:
    """Names that people chose, and words of others, as a part of a note of ours: they can neither
    end its brackets nor begin a line."""
    visible = (" " if category(mark)[0] in "CZ" else mark for mark in text[:_NOTE])
    return " ".join("".join(visible).split()).translate(_BRACKETS)
