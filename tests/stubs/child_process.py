"""A child process that does not outlive its test: where an assertion fails, nobody waits for it."""

from __future__ import annotations

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any


@contextmanager
def child(command: list[Any], **options: Any) -> Generator[subprocess.Popen[Any]]:
    """As subprocess.Popen; whoever leaves with an error leaves no child behind."""
    with subprocess.Popen(command, **options) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise
