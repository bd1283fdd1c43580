"""Everything that Aether raises on purpose, split by what the reader can do about it.

AetherError
├── Misconfigured        the operator must change a setting; ends the start with one line
├── DatabaseBusy         another process serves this database; names it
├── LockLost             nobody knows who serves it: stop, nothing of yours may be shown
├── JournalUnavailable   the database refuses to write (disk full, locked, gone); retried
│   └── EntryUnreadable      one entry cannot be read; its session waits for the operator
├── BodyTooLarge         a fact does not fit the journal; cut its text, or deliver it as a file
├── IllegalEvent         a bug: a fact that the phase table does not allow
├── Fenced               another driver claimed the session; stop at once, nothing is lost
├── ModelError           a model turn failed
│   ├── ModelRefused     retrying cannot help (key, name, request); people must act
│   ├── ModelBusy        429 or overloaded; `retry_after` seconds if the server named them
│   ├── ModelBroken      dropped, cut or garbled; the same turn may be sent again
│   └── ContextTooLong   the conversation no longer fits the model
├── ToolError            the tool failed; the text goes to the model, which can try something else
│   ├── BadArguments     the model's arguments do not fit the tool
│   ├── NotThere         there is no such file
│   └── UnsafePath       a path that leaves the workspace or is no regular file
└── SandboxError         the container's side failed
    ├── SandboxUnavailable   no engine or no image; text names the remedy
    └── CallGone             the container that ran this call no longer exists
"""

from __future__ import annotations


class AetherError(Exception):
    """Base of all; `str()` is one sentence or two that name the thing, the place and the remedy."""


class Misconfigured(AetherError):
    """A setting is unknown, of the wrong type, or unreadable."""


class DatabaseBusy(AetherError):
    """Another process serves this database."""


class LockLost(AetherError):
    """This process cannot prove any more that it serves its database alone."""


class JournalUnavailable(AetherError):
    """The journal cannot be written now. Nothing of the append was stored."""


class EntryUnreadable(JournalUnavailable):
    """What an entry says is gone, or of a newer version. The other sessions go on."""


class BodyTooLarge(AetherError):
    """A fact has more JSON than the journal takes: cut its text, or store it as a file."""


class IllegalEvent(AetherError):
    """A fact arrived that the phase table does not allow: a bug of ours, never of a person."""


class Fenced(AetherError):
    """Another driver claimed the session after we did."""


class ModelError(AetherError):
    """A model turn failed."""


class ModelRefused(ModelError):
    """The provider refused for a reason that a retry does not change."""


class ModelBusy(ModelError):
    """The provider asks for patience."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ModelBroken(ModelError):
    """The stream broke or made no sense; nothing of it is kept. `silent`: it was whole, and said
    nothing."""

    def __init__(self, message: str, *, silent: bool = False) -> None:
        super().__init__(message)
        self.silent = silent


class ContextTooLong(ModelError):
    """The conversation is longer than the model's window."""


class ToolError(AetherError):
    """A tool failed in a way that the model can act on."""


class BadArguments(ToolError):
    """Arguments do not validate against the tool's parameters."""


class NotThere(ToolError):
    """A path of the workspace names nothing."""


class UnsafePath(ToolError):
    """A path leaves the workspace, passes a link, or names no regular file."""


class SandboxError(AetherError):
    """The container side failed."""


class SandboxUnavailable(SandboxError):
    """No engine, no image, or the engine does not answer; the text says what to do."""


class CallGone(SandboxError):
    """The container that ran the call is gone; its outcome is unknown."""
