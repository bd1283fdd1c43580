"""Inspection: what a call would send, looked at before people are asked and again before it is
sent."""

from __future__ import annotations

import asyncio
import hashlib

from runtime.approvals import FileSeen, Risk
from runtime.errors import ToolError
from runtime.facts import PlannedCall
from runtime.ids import SessionId
from runtime.ports import Sandbox
from runtime.tools.excerpt import excerpt
from runtime.tools.media import as_text

_SHOWN = 400  # bytes of a file's text on an approval


async def inspected(box: SessionId, call: PlannedCall, sandbox: Sandbox) -> tuple[FileSeen, ...]:
    """The files that the call sends. Raises ToolError for a folder, a link, what is not there, or
    what is too large to be sent; SandboxUnavailable."""
    return tuple([await _seen(box, path, call, sandbox) for path in call.sends])


async def _seen(box: SessionId, path: str, call: PlannedCall, sandbox: Sandbox) -> FileSeen:
    largest = call.largest
    file = await sandbox.read(box, path, largest)
    if file.size > len(file.data):
        raise ToolError(
            f"{path} has {file.size:,} bytes, more than the {largest:,} that can be sent. Compress "
            "it, send the part that matters, or ask people how they want it."
        )
    digest = await asyncio.to_thread(lambda: hashlib.sha256(file.data).hexdigest())
    # What may be a secret is not shown to the whole thread in order to ask whether it may be.
    first = b"" if call.risk is Risk.HIGH else file.data[: 4 * _SHOWN]
    text = as_text(first, whole=file.size <= len(first)) or ""
    shown = excerpt(text, head=_SHOWN, tail=0)
    return FileSeen(path=path, size=file.size, sha256=digest, excerpt=shown)
