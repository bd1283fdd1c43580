"""Files of messages: fetched from their platform, and kept."""

from __future__ import annotations

import asyncio

import structlog

from adapters.ports.errors import Deleted, Rejected, SurfaceFault
from adapters.ports.inbound import Attachment
from adapters.reconcile.settler import Connect
from bot.router import Keep
from runtime.errors import ToolError
from runtime.events import FileRef
from runtime.ids import Address
from runtime.ports import Artifacts

log = structlog.get_logger(__name__)

LARGEST = 10 * 1024 * 1024  # bytes
PATIENCE = 30.0  # seconds for one file: the words that came with it wait
_MIB = 1024 * 1024


def attachment_store(connect: Connect, artifacts: Artifacts) -> Keep:
    async def keep(address: Address, file: Attachment) -> FileRef:
        """Raises ToolError, whose text is a clause for the model and for people."""
        data = await _fetch(connect, address, file)
        name = await artifacts.put(data)
        return FileRef(name=file.name, artifact=name, size=len(data), media_type=file.media_type)

    return keep


async def _fetch(connect: Connect, address: Address, file: Attachment) -> bytes:
    if file.barred:
        raise ToolError(file.barred)
    _weigh(file.size)  # before any of it is read
    surface = connect(address)
    if surface is None:
        raise ToolError("this workspace is not connected")
    try:
        async with asyncio.timeout(PATIENCE):
            data = await surface.fetch(file)
    except (SurfaceFault, TimeoutError) as fault:
        log.warning("file.unread", address=address, why=str(fault) or "too slow")
        raise ToolError(_why(fault)) from fault
    _weigh(len(data))
    return data


def _why(fault: SurfaceFault | TimeoutError) -> str:
    match fault:
        case Rejected(why=why):
            return why
        case Deleted():
            return "it was deleted, or its address has expired"
        case TimeoutError():
            return f"it did not come within {PATIENCE:.0f} s: send it once more"
        case _:
            return "the download failed: send it once more"


def _weigh(size: int) -> None:
    if size > LARGEST:
        raise ToolError(f"it has {size / _MIB:.1f} MiB, and up to {LARGEST // _MIB} MiB are taken")
