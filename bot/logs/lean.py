"""Loads structlog without rich.

structlog takes rich if it is there, to draw tracebacks; ours are text before they reach it
(bot/logs/logs.py). In a service rich would be 5 MiB that nothing uses.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast


def load_structlog() -> None:
    """To be called before anything else imports it."""
    if "structlog" not in sys.modules:
        with _absent("rich"):
            importlib.import_module("structlog")


@contextmanager
def _absent(package: str) -> Generator[None]:
    """Whoever imports it in the block is told that it is not installed (import system, 5.3.1)."""
    if package in sys.modules:
        yield
        return
    modules = cast(dict[str, Any], sys.modules)
    modules[package] = None
    try:
        yield
    finally:
        del modules[package]
