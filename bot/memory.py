"""Loads libraries without what they take only because it is there.

structlog takes rich, to draw tracebacks; ours are text before they reach it (bot/logs/logs.py).
requests, which carries the calls to Docker, takes charset_normalizer, to guess encodings; the
engine answers in UTF-8. In a service that would be 7 MiB that nothing uses.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast


def load_lean() -> None:
    """To be called before anything else imports them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # requests says that it will not guess
        _load("structlog", "rich")
        _load("requests", "charset_normalizer")


def _load(package: str, unused: str) -> None:
    if package not in sys.modules:
        with _absent(unused):
            importlib.import_module(package)


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
