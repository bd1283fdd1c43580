"""The card of a task that came to nothing offers to try it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.layout.run import run_card
from adapters.ports.cards import Buttons
from adapters.ports.limits import Limits
from runtime.events import Outcome
from runtime.ids import Actor, RunId
from runtime.view import RunView

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RUN = RunView(RunId("s.1"), "Clean up", Actor(id="ann", name="Ann"), "scripted", NOW)


@pytest.mark.parametrize(
    ("outcome", "tokens"),
    [
        (None, ["run/s.1/stop", "run/s.1/details"]),
        (Outcome.DONE, ["run/s.1/details"]),
        (Outcome.FAILED, ["run/s.1/retry", "run/s.1/details"]),
        (Outcome.CANCELLED, ["run/s.1/retry", "run/s.1/details"]),
    ],
)
def test_the_buttons_of_a_run(outcome: Outcome | None, tokens: list[str]) -> None:
    ended = replace(RUN, outcome=outcome, finished_at=NOW if outcome else None)
    rows = [b.row for b in run_card(ended, Limits(text=3_000)).blocks if isinstance(b, Buttons)]
    assert [str(button.press) for row in rows for button in row] == tokens
