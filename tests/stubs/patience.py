"""What Aether does without when it comes too late, in a second or two: on a machine that may stand
still for so long it would be missing by chance."""

from __future__ import annotations

from collections.abc import Callable

from adapters.slack.inbound import lookup_cache
from adapters.slack.outbound import history
from bot.chat import acknowledgement, thread_history

PATIENCE = 60.0  # seconds
DEADLINES = (
    (lookup_cache, "_PATIENCE"),
    (history, "_QUICK"),
    (acknowledgement, "_LATE"),
    (thread_history, "_LONG"),
)


def be_patient(replace: Callable[[object, str, float], None] = setattr) -> None:
    """For the rest of the process, or for as long as `replace` does."""
    for module, deadline in DEADLINES:
        replace(module, deadline, PATIENCE)
