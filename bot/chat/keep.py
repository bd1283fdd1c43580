"""Files of messages: fetched from their platform, and kept."""

from __future__ import annotations

from adapters.faults import SurfaceFault
from adapters.inbound import Attachment
from adapters.reconcile.settler import Connect
from bot.desk import Keep
from runtime.errors import ToolError
from runtime.events import FileRef
from runtime.ids import Address
from runtime.ports import Artifacts

LARGEST = 10 * 1024 * 1024  # bytes
_MIB = 1024 * 1024


def keeper(connect: Connect, artifacts: Artifacts) -> Keep:
    async def keep(address: Address, file: Attachment) -> FileRef:
        """Raises ToolError, in words for the person who sent it."""
        data = await _fetch(connect, address, file)
        name = await artifacts.put(data)
        return FileRef(name=file.name, artifact=name, size=len(data), media_type=file.media_type)

    return keep


async def _fetch(connect: Connect, address: Address, file: Attachment) -> bytes:
    _weigh(file, file.size)  # before any of it is read
    surface = connect(address)
    if surface is None:
        raise ToolError(f"{file.name!r} cannot be read: this workspace is not connected.")
    try:
        data = await surface.fetch(file)
    except SurfaceFault as fault:
        raise ToolError(f"{file.name!r} could not be read ({fault}): send it once more.") from fault
    _weigh(file, len(data))
    return data


def _weigh(file: Attachment, size: int) -> None:
    if size > LARGEST:
        raise ToolError(
            f"{file.name!r} has {size / _MIB:.1f} MiB; files up to {LARGEST // _MIB} MiB are taken."
        )
