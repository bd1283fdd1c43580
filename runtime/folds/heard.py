"""What the model has yet to read of people, in the order of the journal; edits meet it there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from runtime.attachments import Attachment
from runtime.events import MessageEdited, MessageReceived
from runtime.folds.spoken import before, words
from runtime.ids import Seq
from runtime.ports.model import Said

_MOST_OVERHEARD = 50  # messages of talk among people that are read at once
_MEANWHILE = "[What people said among themselves meanwhile. It is context, not your task.]"
_SPOKEN_TO = "[Here somebody speaks to you:]"
_EDITED = "[Its author changed this message, which you have read. Now it says:]\n"
_MESSAGES = 1_000  # the newest, whose edits are told

Name = tuple[str, str]
"""The channel and the id of a message."""


@dataclass(frozen=True, slots=True)
class _Item:
    """Something to read from `seq` on; `name` is of the message that it is, None for a note.
    `again`: it was read before, in other words."""

    seq: Seq
    said: Said
    name: Name | None = None
    again: bool = False


@dataclass(slots=True)
class Heard:
    """A part of the fold to the model's context, under way; `files` are those of all messages."""

    files: tuple[Attachment, ...] = ()
    _unread: list[_Item] = field(default_factory=list[_Item])
    _overheard: list[_Item] = field(default_factory=list[_Item])
    _known: dict[Name, tuple[Seq, MessageReceived]] = field(
        default_factory=dict[Name, tuple[Seq, MessageReceived]]
    )

    def note(self, seq: Seq, text: str) -> None:
        self._unread.append(_Item(seq, Said(text)))

    def take(self, seq: Seq, message: MessageReceived) -> None:
        name = (message.channel, message.message_id)
        self._known[name] = seq, message
        if len(self._known) > _MESSAGES:
            del self._known[next(iter(self._known))]
        said = self._words(seq, message)
        self._overheard = [each for each in self._overheard if each.name != name]
        if message.overheard:
            self._overheard.append(_Item(seq, said, name))
            return
        told = (*before(message), *self._meanwhile())
        self._unread += [*(_Item(seq, each) for each in told), _Item(seq, said, name)]

    def change(self, seq: Seq, edited: MessageEdited) -> None:
        """What nobody read is as if it had been written so; of the rest the model is told, but not
        that it is deleted."""
        name = (edited.channel, edited.message_id)
        first, message = self._known.get(name, (seq, None))
        if message is None:
            return
        said = self._words(first, message.model_copy(update={"text": edited.text}))
        item = _Item(seq, said, name, again=True)
        if edited.deleted:
            self._unread = [each for each in self._unread if each.name != name]
            self._overheard = [each for each in self._overheard if each.name != name]
        elif any(each.name == name for each in self._overheard):
            self._overheard = [item if each.name == name else each for each in self._overheard]
        else:
            self._unread.append(item)

    def read(self, seen: Seq) -> Iterator[Said]:
        """What stood in the journal up to `seen` and was not read before; of each message the
        newest words, at its place."""
        due = [item for item in self._unread if item.seq <= seen]
        self._unread = [item for item in self._unread if item.seq > seen]
        newest = {item.name: item.said for item in due if item.name}
        for item in due:
            if item.name is None:
                yield item.said
            elif (said := newest.pop(item.name, None)) is not None:
                yield replace(said, text=_EDITED + said.text) if item.again else said

    def _words(self, seq: Seq, message: MessageReceived) -> Said:
        return words(message, (file for file in self.files if file.seq == seq))

    def _meanwhile(self) -> tuple[Said, ...]:
        """Talk among people since somebody last spoke to the agent, as much of its end as fits."""
        said, self._overheard = self._overheard[-_MOST_OVERHEARD:], []
        return (Said(_MEANWHILE), *(i.said for i in said), Said(_SPOKEN_TO)) if said else ()
