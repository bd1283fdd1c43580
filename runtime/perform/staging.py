"""Attached files come into the workspace, before a call that may want them.

The start of that call says how many were dealt with, and is appended at exactly the head that was
looked at: from then on they are never written again, so what a tool makes of them stays. Only a
crash or a new message between the writing and the start repeats it. Therefore a file is written
where nothing stands; the same bytes are taken for an earlier try; anything else is somebody's work
and stays, and the model is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from runtime.attachments import LARGEST, Attached, Attachment
from runtime.errors import NotThere, SandboxError, ToolError
from runtime.ids import SessionId
from runtime.ports import Artifacts, FileBytes, Sandbox

_SHOWN = 10
_OCCUPIED = "another file stands there and was left as it is; ask for it under another name"


@dataclass(frozen=True, slots=True)
class Brought:
    """How many files of the session were dealt with, and in words which are not there."""

    count: int
    lacking: tuple[str, ...] = ()


async def bring(
    box: SessionId, attached: Attached, sandbox: Sandbox, artifacts: Artifacts
) -> Brought:
    """Write what is due. Without an engine the rest waits for the next call; a file that cannot be
    written is left out for good. Neither raises."""
    known, first, lacking = attached.files, attached.brought, list[str]()
    for number, attachment in enumerate(known[first:], start=first):
        try:
            await _bring(box, attachment, sandbox, artifacts)
        except SandboxError as error:
            waiting = [file for file in known[number:] if not file.too_large]
            lacking += [
                _not_there(file, f"{error} (tried again at the next call)") for file in waiting
            ]
            return Brought(number, _shown(lacking))
        except ToolError as error:
            lacking.append(_not_there(attachment, str(error)))
        except OSError as error:  # the host's folder itself
            lacking.append(_not_there(attachment, error.strerror or type(error).__name__))
    return Brought(len(known), _shown(lacking))


async def _bring(
    box: SessionId, attachment: Attachment, sandbox: Sandbox, artifacts: Artifacts
) -> None:
    if attachment.too_large:
        return  # the message said so
    data = await artifacts.get(attachment.file.artifact)
    standing = await _standing(box, attachment.path, sandbox)
    if standing is None:
        await sandbox.write(box, attachment.path, data)
    elif standing != FileBytes(data, len(data)):
        raise ToolError(_OCCUPIED)


async def _standing(box: SessionId, path: str, sandbox: Sandbox) -> FileBytes | None:
    """What is there already. Raises ToolError for what cannot be read: it is somebody's too."""
    try:
        return await sandbox.read(box, path, LARGEST)
    except NotThere:
        return None


def _not_there(attachment: Attachment, why: str) -> str:
    return f"{attachment.path} could not be put into the workspace: {why}"


def _shown(lacking: list[str]) -> tuple[str, ...]:
    if len(lacking) <= _SHOWN:
        return tuple(lacking)
    return (*lacking[:_SHOWN], f"and {len(lacking) - _SHOWN} more files")
