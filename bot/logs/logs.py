"""Logs for the operator: event names with fields, session and run bound once, secrets removed."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.logs import libraries
from config.settings import Settings
from runtime.errors import Misconfigured

Redact = Callable[[str], str]
_KEPT = 5_000_000  # bytes of the log file before it is set aside
_BODY = 4_000  # characters of one field; logs are no journal
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def to_stream(settings: Settings, redact: Redact, stream: TextIO | None = None) -> None:
    """Log to a stream (standard error): text in a terminal, else one JSON object per line."""
    out = stream or sys.stderr
    people = settings.logs.format == "text" or (settings.logs.format == "auto" and out.isatty())
    _configure(settings, redact, out, "text" if people else "json")


def to_file(settings: Settings, redact: Redact, file: Path) -> TextIO:
    """Log JSON lines to a file, while the terminal belongs to a person. One old file is kept.

    The open file is returned; it lives as long as the process, for the logger is the last thing
    that still works. Raises Misconfigured if the data folder cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and file.stat().st_size > _KEPT:
            file.replace(file.with_suffix(".old.log"))
        out = file.open("a", encoding="utf-8", buffering=1)
    except OSError as error:
        raise Misconfigured(
            f"{error.filename}: {(error.strerror or 'cannot be written').lower()}; let this user "
            "write data_dir, or move it with AETHER_DATA_DIR"
        ) from None
    _configure(settings, redact, out, "json")
    return out


class _Lossy:
    """A stream that loses what cannot be written: a full disk, or a reader who has left, must not
    end the work that is logged."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._out.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._out.flush()


def _configure(
    settings: Settings, redact: Redact, out: TextIO, form: Literal["text", "json"]
) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exceptions,
            without_secrets(redact),
            *_renderer(form, out),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[settings.logs.level]),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _Lossy(out))),
        cache_logger_on_first_use=False,
    )
    libraries.take_over()


def _renderer(form: Literal["text", "json"], out: TextIO) -> list[Processor]:
    if form == "json":
        return [structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [structlog.dev.ConsoleRenderer(colors=out.isatty())]


def _exceptions(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The traceback as text, before secrets are removed: messages of errors quote what they got."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, tuple):
        error = cast("BaseException | None", error[1])
    if isinstance(error, BaseException):
        event["exception"] = "".join(traceback.format_exception(error)).rstrip()
    return event


def without_secrets(redact: Redact) -> Processor:
    """A processor that passes every text of an event, however deep, through `redact`."""

    def process(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {_text(key, redact): _clean(value, redact) for key, value in event.items()}

    return process


def _clean(value: object, redact: Redact) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            pairs = cast("dict[object, object]", value).items()
            return {_text(key, redact): _clean(item, redact) for key, item in pairs}
        case list() | tuple() | set() | frozenset():
            return [_clean(item, redact) for item in cast("list[object]", value)]
        case _:
            return _text(value, redact)


def _text(value: object, redact: Redact) -> str:
    # Redacted before it is cut: half a secret is still a secret.
    text = redact(value if isinstance(value, str) else str(value))
    return text if len(text) <= _BODY else f"{text[:_BODY]}… ({len(text)} characters)"
