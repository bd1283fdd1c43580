"""A process with everything imported, from which children are forked in milliseconds.

It reads one request a line: a spec to start, or a child to wait for. It has one thread for ever.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
import traceback
from importlib import import_module

import structlog
from crash_child import live
from crash_spec import Spec

LIFE = 120  # seconds after which a child that hangs is ended

_LAZY = (
    "aiosqlite",
    "alembic.command",
    "alembic.config",
    "alembic.util",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "sqlalchemy.dialects.sqlite.pysqlite",
)


def main() -> None:
    """Serve until the input ends."""
    for name in _LAZY:
        import_module(name)
    plain = structlog.processors.format_exc_info  # the default draws tracebacks for a second
    structlog.configure(processors=[plain, structlog.processors.KeyValueRenderer()])
    gc.freeze()  # children share what they never touch
    for line in sys.stdin:
        verb, _, rest = line.strip().partition(" ")
        answer = _start(Spec.model_validate_json(rest)) if verb == "start" else _wait(int(rest))
        print(answer, flush=True)  # noqa: T201 -- this is the protocol


def _start(spec: Spec) -> int:
    assert threading.active_count() == 1, "only a process of one thread can be forked"
    return os.fork() or _be(spec)


def _be(spec: Spec) -> int:
    """Never returns: the child's whole life."""
    code = 1
    try:
        signal.alarm(LIFE)
        log = os.open(spec.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for stream in (1, 2):
            os.dup2(log, stream)
        os.close(0)
        asyncio.run(live(spec))
        code = 0
    except BaseException:  # noqa: BLE001 -- the edge of a process: it says what it died of
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _wait(pid: int) -> str:
    """Until it ends or stops: "stopped", its exit code, or the negative signal that ended it."""
    _, status = os.waitpid(pid, os.WUNTRACED)
    return "stopped" if os.WIFSTOPPED(status) else str(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
