"""What libraries log, in our form and without secrets: they speak through the standard library."""

from __future__ import annotations

import logging

import structlog

log = structlog.get_logger(__name__)


class LibraryLogs(logging.Handler):
    """Passes every record on. Below WARNING libraries log what was said to them, word for word."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        """Never raises: nobody would be left to hear of it."""
        level = min(record.levelno // 10 * 10, logging.CRITICAL)  # those that structlog knows
        log.log(
            level,
            "library",
            library=record.name,
            text=_text(record),
            **({"exc_info": record.exc_info} if record.exc_info else {}),
        )


def take_over() -> None:
    """From now on, and instead of what did so before; handlers of others stay."""
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, LibraryLogs)]:
        root.removeHandler(handler)
    root.addHandler(LibraryLogs())


def _text(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # its arguments do not fit
        return str(record.msg)
