"""Inspection: what a call would send, run or open, looked at before people are asked and again
before it happens."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress

from runtime.approvals import FileSeen, Risk
from runtime.errors import NotThere, ToolError
from runtime.facts import PlannedCall
from runtime.ids import SessionId
from runtime.ports import FileBytes, Sandbox
from runtime.tools.excerpt import excerpt
from runtime.tools.media import as_text
from runtime.tools.risk_patterns import SECRET_NAME

_SHOWN = 400  # bytes of a file's text on an approval
_LARGEST = 10 << 20  # bytes of a script that is looked at


async def inspected(box: SessionId, call: PlannedCall, sandbox: Sandbox) -> tuple[FileSeen, ...]:
    """The files that the call sends or runs. Raises ToolError where it can never succeed: for a
    folder, a link, what is not there, or what is too large to be sent; SandboxUnavailable."""
    await _open(box, call, sandbox)
    sent = [await _sent(box, path, call, sandbox) for path in call.sends]
    return (*sent, *[await _run(box, path, sandbox) for path in call.runs])


async def _open(box: SessionId, call: PlannedCall, sandbox: Sandbox) -> None:
    path = call.subject.value
    match call.opens:
        case "read":
            await sandbox.read(box, path, 0)
        case "write":
            with suppress(NotThere):
                await sandbox.read(box, path, 0)
        case "list":
            await sandbox.list(box, path, 1)
        case "":
            pass


async def _run(box: SessionId, path: str, sandbox: Sandbox) -> FileSeen:
    """A script may be missing: another part of the command may make it."""
    try:
        file = await sandbox.read(box, path, _LARGEST)
    except NotThere:
        return FileSeen(path=path, size=0, sha256="", unknown="it is not there now")
    except ToolError:
        unknown = "it is a link or no regular file, so nobody looked at it"
        return FileSeen(path=path, size=0, sha256="", unknown=unknown)
    if file.size > len(file.data):
        unknown = f"its {file.size:,} bytes are too many to be looked at"
        return FileSeen(path=path, size=file.size, sha256="", unknown=unknown)
    return await _seen(path, file, hidden=SECRET_NAME.search(path) is not None)


async def _sent(box: SessionId, path: str, call: PlannedCall, sandbox: Sandbox) -> FileSeen:
    largest = call.largest
    file = await sandbox.read(box, path, largest)
    if file.size > len(file.data):
        raise ToolError(
            f"{path} has {file.size:,} bytes, more than the {largest:,} that can be sent. Compress "
            "it, send the part that matters, or ask people how they want it."
        )
    # What may be a secret is not shown to the whole thread in order to ask whether it may be.
    return await _seen(path, file, hidden=call.risk is Risk.HIGH)


async def _seen(path: str, file: FileBytes, *, hidden: bool) -> FileSeen:
    digest = await asyncio.to_thread(lambda: hashlib.sha256(file.data).hexdigest())
    first = b"" if hidden else file.data[: 4 * _SHOWN]
    text = as_text(first, whole=file.size <= len(first)) or ""
    shown = excerpt(text, head=_SHOWN, tail=0)
    return FileSeen(path=path, size=file.size, sha256=digest, excerpt=shown)
