"""What the model has yet to read of people, in the order of the journal; edits meet it there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from runtime.attachments import Attachment
from runtime.events import MessageEdited, MessageReceived
from runtime.folds.replace import replace
from runtime.folds.spoken import before, words
from runtime.ids import Seq
from runtime.ports.model import Said

_MOST_OVERHEARD = 50  # messages of talk among people that are read at once
_MEANWHILE = "[What people said among themselves meanwhile. It is context, not your task.]"
_SPOKEN_TO = "[Here somebody speaks to you:]"
_EDITED = "[Its author changed this message, which you have read. Now it says:]\n"
_MESSAGES = 1_000  # the newest, whose edits are told

Name = str
"""The channel and the id of a message, as one."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something to read from `seq` on; `name` is of the message that it is, None for a note.
    `again`: it was read before, in other words."""

    seq: Seq
    said: Said
    name: Name | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """A part of the fold to the model's context. `known` are the messages that may be edited,
    without their words; `files` are always those of all messages so far."""

    unread: tuple[Item, ...] = ()
    overheard: tuple[Item, ...] = ()
    known: dict[Name, tuple[Seq, MessageReceived]] = field(
        default_factory=dict[Name, tuple[Seq, MessageReceived]]
    )

    def note(self, seq: Seq, text: str) -> Heard:
        return replace(self, unread=(*self.unread, Item(seq, Said(text))))

    def take(self, seq: Seq, message: MessageReceived, files: Sequence[Attachment]) -> Heard:
        name = f"{message.channel}:{message.message_id}"
        said = _words(seq, message, files)
        bare = message.model_copy(update={"text": "", "earlier": ()})
        known = {**self.known, name: (seq, bare)}
        if len(known) > _MESSAGES:
            del known[next(iter(known))]
        overheard = _without(self.overheard, name)
        if message.overheard:
            overheard = (*overheard, Item(seq, said, name))
            return replace(self, overheard=overheard, known=known)
        told = (*before(message), *_meanwhile(overheard))
        unread = (*self.unread, *(Item(seq, each) for each in told), Item(seq, said, name))
        return Heard(unread, (), known)

    def change(self, seq: Seq, edited: MessageEdited, files: Sequence[Attachment]) -> Heard:
        """What nobody read is as if it had been written so; of the rest the model is told, but not
        that it is deleted."""
        name = f"{edited.channel}:{edited.message_id}"
        first, message = self.known.get(name, (seq, None))
        if message is None:
            return self
        if edited.deleted:
            unread, overheard = _without(self.unread, name), _without(self.overheard, name)
            return replace(self, unread=unread, overheard=overheard)
        said = _words(first, message.model_copy(update={"text": edited.text}), files)
        item = Item(seq, said, name, again=True)
        if any(each.name == name for each in self.overheard):
            items = tuple(item if each.name == name else each for each in self.overheard)
            return replace(self, overheard=items)
        return replace(self, unread=(*self.unread, item))

    def read(self, seen: Seq) -> Iterator[Said]:
        """What stood in the journal up to `seen` and was not read before; of each message the
        newest words, at its place."""
        due = [item for item in self.unread if item.seq <= seen]
        newest = {item.name: item.said for item in due if item.name}
        for item in due:
            if item.name is None:
                yield item.said
            elif (said := newest.pop(item.name, None)) is not None:
                yield replace(said, text=_EDITED + said.text) if item.again else said

    def since(self, seen: Seq) -> Heard:
        """After what stood there up to `seen` was read."""
        return replace(self, unread=tuple(item for item in self.unread if item.seq > seen))


def _without(items: tuple[Item, ...], name: Name) -> tuple[Item, ...]:
    return tuple(item for item in items if item.name != name)


def _words(seq: Seq, message: MessageReceived, files: Sequence[Attachment]) -> Said:
    return words(message, (file for file in files if file.seq == seq))


def _meanwhile(overheard: tuple[Item, ...]) -> tuple[Said, ...]:
    """Talk among people since somebody last spoke to the agent, as much of its end as fits."""
    said = tuple(item.said for item in overheard[-_MOST_OVERHEARD:])
    return (Said(_MEANWHILE), *said, Said(_SPOKEN_TO)) if said else ()
