"""The part of the fold that concerns a turn of the model: what it changes inside its run."""

from __future__ import annotations

from runtime.facts import ModelTurn
from runtime.folds.replace import replace
from runtime.folds.state import CallState, Made, Run
from runtime.visible import is_blank

_RECENT = 60  # turns whose calls are compared: a way around of twenty calls, three times


def turned(run: Run, turn: ModelTurn) -> Run:
    """A new turn replaces the calls of the one before."""
    made = Made(
        "|".join(f"{call.tool}:{call.digest}" for call in turn.calls),
        "; ".join(call.summary for call in turn.calls),
    )
    return replace(
        run,
        turn=turn.turn,
        attempt=0,
        opened=False,
        text=turn.text,
        answered=not turn.calls and turn.nudge is None,
        cut=turn.cut,
        calls=tuple(CallState(call) for call in turn.calls),
        spent=replace(run.spent, turns=run.spent.turns + 1),
        recent=(*run.recent, made)[-_RECENT:] if turn.calls else run.recent,
        nudged=_nudged(run, turn, made),
        said=run.said if is_blank(turn.text) else turn.text,
    )


def _nudged(run: Run, turn: ModelTurn, made: Made) -> frozenset[str]:
    if turn.nudge is not None:
        return run.nudged | {turn.nudge.kind}
    return frozenset() if turn.calls and made not in run.recent else run.nudged
