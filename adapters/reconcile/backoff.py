"""Waits after failures: each kind of message has its own, so that one that fails keeps none of the
others waiting; only parts of an answer keep their order."""

from __future__ import annotations

from adapters.reconcile.steps import Step

_FIRST, _LONGEST = 0.5, 30.0  # seconds after a failure, twice as long each time
_MOST = 10  # failures that are counted


class Backoff:
    """By lanes: a file is one of its own, everything else goes by its kind. Times are seconds of
    the pacer's clock."""

    def __init__(self) -> None:
        self._lanes: dict[str, tuple[int, float]] = {}

    def failed(self, step: Step, now: float, *, told: bool) -> float:
        """The seconds to wait. What is `told` at once the first time: another message takes its
        place."""
        failures, _ = self._lanes.get(_lane(step), (0, 0.0))
        wait = 0.0 if told and not failures else min(_FIRST * 2**failures, _LONGEST)
        self._lanes[_lane(step)] = min(failures + 1, _MOST), now + wait
        return wait

    def over(self, step: Step) -> None:
        """It was done. To have looked for a message says nothing about the next post."""
        if step.verb != "find":
            self._lanes.pop(_lane(step), None)

    def until(self, step: Step) -> float:
        """The moment from which on the step may be tried."""
        _, until = self._lanes.get(_lane(step), (0, 0.0))
        return until


def _lane(step: Step) -> str:
    return step.card.key if step.is_file else step.card.key.partition(":")[0]
