"""How every command begins: settings, logs, and what becomes of errors."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bot import exit_codes
from bot.composition import read_settings, redactor
from bot.logs import logs
from config.settings import Settings
from runtime.data_folder import PRIVATE, closed
from runtime.errors import AetherError

Command = Callable[[Settings], Coroutine[Any, Any, int]]


def start(
    command: Command, config: Path | None, *, mode: str | None = None, service: bool = False
) -> int:
    """The exit code. A service logs to standard error; elsewhere the terminal is the person's and
    logs go to a file."""
    os.umask(PRIVATE)
    try:
        settings = read_settings(config, mode)
        closed(settings.data_dir)
        redact = redactor(settings)
        where = settings.data_dir / "logs" / "terminal.log"
        if service:
            logs.to_stream(settings, redact)
        else:
            logs.to_file(settings, redact, where)
    except AetherError as error:
        return exit_codes.complain(error)
    exit_codes.watch_for_bugs(redact, "The log above" if service else str(where))
    return exit_codes.plainly(lambda: command(settings), redact)
