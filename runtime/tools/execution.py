"""One command in the container: begun or taken up again, its output kept within bounds."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from pydantic import BeforeValidator, Field

from runtime.ports import Command, Exited, Output
from runtime.tools.excerpt import KIB, Excerpt, readable
from runtime.tools.tool import Failure, Item, Result, Workplace

DEFAULT_TIMEOUT = 120.0
LONGEST_TIMEOUT = 1800.0

HEAD = 8 * KIB
TAIL = 16 * KIB
"""What the model gets of the output: the beginning says what ran, the end says how it went."""

TIMEOUT_ALSO = {
    "timeout_ms": "timeout",
    "timeout_seconds": "timeout",
    "timeout_secs": "timeout",
    "timeout_sec": "timeout",
    "timeout_s": "timeout",
}


def _in_seconds(given: object) -> object:
    """Other tools count in milliseconds: what is too long in seconds is meant so."""
    try:
        seconds = float(str(given).strip().lower().removesuffix("s"))
    except ValueError:
        return given
    return seconds / 1000 if 10_000 <= seconds <= 1000 * LONGEST_TIMEOUT else seconds


Timeout = Annotated[
    float,
    BeforeValidator(_in_seconds),
    Field(
        gt=0,
        le=LONGEST_TIMEOUT,
        description=f"seconds until everything is ended; at most {LONGEST_TIMEOUT:,.0f}",
    ),
]


async def execute(place: Workplace, command: Command) -> AsyncGenerator[Item, None]:
    """Output as it comes (both streams interleaved), then Result or Failure. Raises CallGone when
    it should attach and the container is gone."""
    kept = Excerpt(HEAD, TAIL)
    async with aclosing(begin_or_attach(place, command)) as items:
        async for item in items:
            if isinstance(item, Output):
                kept.add(item.text)
                yield item
            else:
                yield conclude(item, command, kept)


async def begin_or_attach(
    place: Workplace, command: Command
) -> AsyncGenerator[Output | Exited, None]:
    """The call's items from its first byte on, whoever began it."""
    sandbox, box = place.sandbox, place.session
    running = (
        sandbox.attach(box, place.call) if place.attach else sandbox.run(box, place.call, command)
    )
    async with aclosing(running) as items:
        async for item in items:
            yield item


def conclude(exited: Exited, command: Command, kept: Excerpt) -> Result | Failure:
    """The end of a call in words for the model. A non-zero exit code is a result like any other."""
    output = readable(kept.text)
    if exited.why == "exit":
        return Result(
            output,
            exit_code=exited.code,
            seconds=exited.seconds,
            changed=exited.changed,
            truncated=kept.truncated,
            notes=exited.notes,
            reported=exited.reported,
        )
    return Failure(
        exited.why,
        _why(exited, command),
        output,
        exited.seconds,
        exited.changed,
        exited.notes[1:] if exited.why == "quota" else exited.notes,
        exited.reported,
    )


def _why(exited: Exited, command: Command) -> str:
    """What happened and what to try instead."""
    match exited.why:
        case "timeout":
            return (
                f"Not finished after {command.timeout:g} s; all processes in the container were "
                f"ended. Give a longer timeout (at most {LONGEST_TIMEOUT:,.0f} s) or do less at "
                "once."
            )
        case "oom":
            code = "" if exited.code is None else f" The command itself ended with {exited.code}."
            return (
                "The container ran out of memory and a process was killed." + code + " Work on "
                "smaller parts, or stream instead of loading everything."
            )
        case "output_limit":
            return (
                "The output never stopped, so the command was ended with everything in the "
                "container. Write to a file and look at parts of it."
            )
        case "quota":
            ended = "It was ended, with everything in the container."
            if exited.code is not None:
                ended = f"The command itself ended with {exited.code}."
            return " ".join((*exited.notes[:1], ended))
        case "stopped" | "exit":
            return (
                "The command was ended from outside before it finished. It may have done part of "
                "its work: look before you run it again."
            )
