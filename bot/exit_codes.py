"""The edge of the process: what went wrong becomes one line for the person and an exit code."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, cast

import structlog

from bot.terminal.sanitize import one_line
from runtime.errors import AetherError

REFUSED = 2
CRASHED = 70  # sysexits.h: an internal error
_LINE = 1_000  # characters

log = structlog.get_logger(__name__)

Redact = Callable[[str], str]


def plainly(command: Callable[[], Coroutine[Any, Any, int]], redact: Redact) -> int:
    """The command's exit code; 2 after an error of ours, in one line."""
    try:
        return asyncio.run(command())
    except AetherError as error:
        return _refused(error, redact)
    except BaseExceptionGroup as group:
        error = sole(group)
        if not isinstance(error, AetherError):
            raise
        return _refused(error, redact)


def _refused(error: AetherError, redact: Redact) -> int:
    """What people can mend is no bug: where it was raised is for those who ask for it."""
    log.error("command.refused", error=str(error))
    log.debug("command.raised", exc_info=error)
    return complain(error, redact)


def complain(error: AetherError, redact: Redact = str) -> int:
    """One line on standard error."""
    _say(redact(str(error)))
    return REFUSED


def sole(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What a task group wrapped, if it is one thing; else the group."""
    if len(group.exceptions) != 1:
        return group
    only = group.exceptions[0]
    if isinstance(only, BaseExceptionGroup):
        return sole(cast("BaseExceptionGroup[BaseException]", only))
    return only


def watch_for_bugs(redact: Redact, where: str) -> None:
    """A bug ends the process without a raw traceback: that would show what a log hides."""

    def crashed(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        log.critical("crashed", exc_info=error)
        _say(redact(f"unexpected {kind.__name__}: {error}. {where} has the details."))
        sys.exit(CRASHED)

    sys.excepthook = crashed


def _say(text: str) -> None:
    sys.stderr.write(f"aether: {one_line(text, _LINE)}\n")
