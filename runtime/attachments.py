"""Files that people attach, and where each of them lies in the workspace. Pure.

Paths are derived from the journal and stored nowhere: the same entries give the same paths, and
later ones change none of the earlier. Other rules would move the files of old journals.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from itertools import count
from unicodedata import category, normalize

from runtime.events import FileRef, MessageReceived, ToolCallStart
from runtime.facts import Entry
from runtime.ids import Seq

FOLDER = "attachments"

LARGEST = 10 << 20
"""Bytes of a file that the sandbox takes."""

LONGEST = 120
"""Bytes of a name: file systems take 255."""

_SUFFIX = 10  # characters; what is longer is no suffix
_MARKS = "._-+"
_EDGES = "._-"  # a leading dot hides a file, a leading dash makes it look like an option


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the message at `seq`; `path` is relative to the workspace."""

    seq: Seq
    file: FileRef
    path: str

    @property
    def too_large(self) -> bool:
        return self.file.size > LARGEST


@dataclass(frozen=True, slots=True)
class Attached:
    """Every file of a message that the model hears, in the order of the journal. A file that comes
    again before any call (the task failed and is tried again) is the same one; later it is not,
    for a tool may have changed what stands there."""

    files: tuple[Attachment, ...] = ()
    brought: int = 0
    """How many of them, from the first on, were dealt with before a call began."""
    taken: frozenset[str] = frozenset()
    untouched: tuple[Attachment, ...] = ()
    """Those that no call can have changed."""

    def after(self, entry: Entry) -> Attached:
        """With what one more entry changes."""
        match entry.fact:
            case MessageReceived(is_read=True, files=files) if files:
                return reduce(lambda known, file: known._with(entry.seq, file), files, self)
            case ToolCallStart(attached=attached) if self.untouched or attached > self.brought:
                return replace(self, untouched=(), brought=max(self.brought, attached))
            case _:
                return self

    def _with(self, seq: Seq, file: FileRef) -> Attached:
        name = _free(clean(file.name), self.taken)
        same = ((file.name, file.artifact), f"{FOLDER}/{name}")
        known = {(old.file.name, old.file.artifact): old.path for old in self.untouched}
        found = Attachment(seq, file, known.get(*same))
        return Attached(
            files=(*self.files, found),
            brought=self.brought,
            taken=self.taken | {name.casefold()},
            untouched=(*self.untouched, found),
        )


def attached(entries: Iterable[Entry]) -> Attached:
    """What the messages of these entries brought, from the first on."""
    return reduce(Attached.after, entries, Attached())


def clean(name: str) -> str:
    """What a stranger called it, as a name that needs no quotes in a shell: letters and digits of
    any script and `._-+`, everything else one `_`; no folders, no dot or dash at its ends."""
    last = normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(c if category(c)[0] in "LMN" or c in _MARKS else "_" for c in last)
    stem, suffix = _split(re.sub("_+", "_", plain).rstrip(_EDGES))
    return _fitting(stem.strip(_EDGES) or "file", suffix)


def _free(name: str, taken: Collection[str]) -> str:
    """`report.txt`, else the first of `report-2.txt`, `report-3.txt`, … Names that differ only in
    case are one name on some disks."""
    if name.casefold() not in taken:
        return name
    stem, suffix = _split(name)
    others = (_fitting(stem, f"-{number}{suffix}") for number in count(2))
    return next(other for other in others if other.casefold() not in taken)


def _split(name: str) -> tuple[str, str]:
    """The stem, and the suffix with its dot."""
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot + suffix) if stem and len(suffix) <= _SUFFIX else (name, "")


def _fitting(stem: str, end: str) -> str:
    """Both together, the stem cut to what LONGEST leaves."""
    room = LONGEST - len(end.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(_EDGES) + end
