"""deliver: a file of the workspace, sent to the thread.

Its risk is judged before it runs, from the path alone, so the size cannot be weighed then. A file
above LARGEST is therefore refused when it is read, with a way on, rather than every delivery being
asked for because it might be large.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from runtime.approvals import Risk, Subject
from runtime.events import FileCreated, FileRef
from runtime.tools.excerpt import KIB, one_line
from runtime.tools.file_name import file_name
from runtime.tools.media import media_type
from runtime.tools.paths import PATH_ALSO, WorkspacePath
from runtime.tools.tool import Failure, Item, Judgement, Params, Result, Workplace

LARGEST = 10 * KIB * KIB
"""Bytes that are sent without a person's word for it."""


class Arguments(Params):
    also: ClassVar[Mapping[str, str]] = PATH_ALSO | {"name": "title", "caption": "title"}

    path: Annotated[WorkspacePath, Field(description="a file, relative to /workspace")]
    title: Annotated[str, Field(max_length=200, description="a name for people to see")] = ""


class Deliver:
    name = "deliver"
    description = (
        "Send a file of the workspace to the people in the thread as an attachment, at most 10 "
        "MiB. Use it for results that people asked for; say in your answer what the file is."
    )
    params = Arguments
    in_workspace = True
    in_container = False

    def judge(self, params: Arguments) -> Judgement:
        named = f" as {file_name(params.path, params.title)!r}" if params.title else ""
        return Judgement(
            summary=one_line(f"Deliver {params.path}"),
            operation=f"Send {params.path} to the thread{named}",
            risk=Risk.LOW,  # the shipped patterns raise it for names that look like secrets
            why="sends a file of the workspace to this thread",
            subject=Subject(kind="path", value=params.path),
            effects=True,
            repeatable=True,  # nothing is sent before the fact stands beside the result
            sends=(params.path,),
            largest=LARGEST,
        )

    async def run(self, params: Arguments, place: Workplace) -> AsyncGenerator[Item, None]:
        file = await place.sandbox.read(place.session, params.path, LARGEST)
        if file.size > len(file.data):
            yield Failure("failed", _too_large(params.path, file.size))
        elif not file.data:
            yield Failure("failed", f"{params.path} is empty: there is nothing to deliver.")
        elif await _differs(params.path, file.data, place):
            yield Failure("failed", f"{params.path} changed while it was sent: {_AGAIN}")
        else:
            yield await _delivered(params, file.data, place)


_AGAIN = "nothing was sent. Deliver it again: people are then asked about it as it is."


async def _differs(path: str, data: bytes, place: Workplace) -> bool:
    """Whether these bytes, which would be sent, are others than people approved."""
    approved = place.approved.get(path)
    digest = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
    return approved is not None and digest != approved


async def _delivered(params: Arguments, data: bytes, place: Workplace) -> Result:
    reference = FileRef(
        name=file_name(params.path, params.title),
        artifact=await place.artifacts.put(data),
        size=len(data),
        media_type=media_type(params.path),
    )
    return Result(
        f"Delivered {reference.name} ({len(data):,} bytes) to the thread.",
        facts=(FileCreated(file=reference, call_id=place.call),),
    )


def _too_large(path: str, size: int) -> str:
    return (
        f"{path} has {size:,} bytes, more than the {LARGEST:,} that can be delivered. Compress it, "
        "deliver the part that matters, or ask people how they want it."
    )
