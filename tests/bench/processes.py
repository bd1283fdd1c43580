"""Children of a benchmark: started with a clean environment, spoken to in lines of JSON, ended by
their pid."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parents[1]
_PATIENCE = 120.0  # seconds for one line
_GOODBYE = 10.0  # seconds between SIGTERM and SIGKILL
_OTHERS = ("AETHER_", "OPENAI_", "ANTHROPIC_", "SLACK_", "DISCORD_")


def environment(**more: str) -> dict[str, str]:
    """Ours without what chooses a model or settings; Aether and the stubs can be imported."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
    paths = os.pathsep.join(map(str, (_ROOT, _ROOT / "tests" / "stubs", _HERE)))
    return kept | {"PYTHONPATH": paths} | more


@asynccontextmanager
async def child(script: str, *arguments: str, **more: str) -> AsyncGenerator[Process]:
    """A script of this folder in a fresh interpreter; ended with the block. `more` goes into its
    environment."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(_HERE / script), *arguments,
        stdin=DEVNULL, stdout=PIPE, env=environment(**more), limit=1 << 20,
    )  # fmt: skip
    try:
        yield process
    finally:
        await end(process)


async def heard(process: Process) -> dict[str, Any]:
    """The next line of a child's output, which is JSON. Raises RuntimeError if it ended."""
    assert process.stdout is not None
    async with asyncio.timeout(_PATIENCE):
        line = await process.stdout.readline()
    if not line:
        raise RuntimeError(f"a child of the benchmark ended with code {await process.wait()}")
    said: dict[str, Any] = json.loads(line)
    return said


def tell(**said: object) -> None:
    """For the child: one line to whoever started it."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def only_errors() -> None:
    """Log nothing but errors, to standard error, without the values of a traceback's variables."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


async def end(process: Process) -> int:
    """SIGTERM, then SIGKILL, to this process only. Its exit code."""
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(_GOODBYE):
            return await process.wait()
    except TimeoutError:
        process.kill()
        return await process.wait()
