"""What Aether does without when it comes too late, in a second or two: on a machine that may stand
still for so long it would be missing by chance."""

from __future__ import annotations

from collections.abc import Callable

from adapters.slack.hear import lookups
from adapters.slack.show import past
from bot.chat import earlier, first_sign

PATIENCE = 60.0  # seconds
DEADLINES = ((lookups, "_PATIENCE"), (past, "_QUICK"), (first_sign, "_LATE"), (earlier, "_LONG"))


def be_patient(replace: Callable[[object, str, float], None] = setattr) -> None:
    """For the rest of the process, or for as long as `replace` does."""
    for module, deadline in DEADLINES:
        replace(module, deadline, PATIENCE)
