"""The phase table: {phase: {what happened: next phase, or RESUME}}. An absent key is an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from runtime.errors import IllegalEvent
from runtime.events import Phase
from runtime.facts import Fact, ModelTurn

RESUME: Final = "RESUME"
"""Back to the phase that the first hold interrupted, once the last hold is gone."""

# Facts that may come at any time and move nothing.
_QUIET: Final = frozenset(
    {
        "message_received",
        "message_edited",
        "claimed",
        "parked",
        "notice",
        "usage",
        "run_queued",
        "run_admitted",
        "feedback_given",
        "grant_given",
        "grant_revoked",
    }
)

# Facts of a live run that move nothing.
_STAY: Final = (
    "vote_cast",
    "stop_requested",
    "step_started",
    "step_completed",
    "step_failed",
    "thinking_complete",
    "response_start",
    "response_complete",
    "model_turn",
    "tool_call_failed",
    "outcome_unknown",
    "call_inspected",
    "file_created",
    "subagent_started",
    "subagent_completed",
)

_HOLD: Final = ("approval_required", "question_asked", "paused")
_RELEASE: Final = ("approval_received", "approval_expired", "question_answered", "resumed")

Target = Phase | Literal["RESUME"]


def _row(phase: Phase, moves: dict[str, Target]) -> dict[str, Target]:
    """A live phase: what every live phase allows, then its own moves."""
    common: dict[str, Target] = dict.fromkeys(_STAY, phase)
    common |= dict.fromkeys(_HOLD, Phase.PAUSED)
    return common | {"run_finished": Phase.IDLE} | moves


TRANSITIONS: Final[dict[Phase, dict[str, Target]]] = {
    Phase.IDLE: {"run_started": Phase.PLANNING},
    Phase.PLANNING: _row(
        Phase.PLANNING,
        {
            "plan_created": Phase.PLANNING,
            "plan_updated": Phase.PLANNING,
            "thinking_start": Phase.THINKING,
            "tool_call_start": Phase.TOOL_CALLING,
            "answer": Phase.COMPILING,
        },
    ),
    Phase.THINKING: _row(
        Phase.THINKING,
        {
            "thinking_start": Phase.THINKING,  # a retried turn thinks again
            "tool_call_start": Phase.TOOL_CALLING,
            "answer": Phase.COMPILING,
        },
    ),
    Phase.TOOL_CALLING: _row(
        Phase.TOOL_CALLING,
        {
            "tool_call_start": Phase.TOOL_CALLING,  # a lost call begins again
            "tool_call_complete": Phase.OBSERVING,
            "tool_call_failed": Phase.OBSERVING,
        },
    ),
    Phase.OBSERVING: _row(
        Phase.OBSERVING,
        {
            "tool_call_start": Phase.TOOL_CALLING,
            "thinking_start": Phase.THINKING,
            "plan_created": Phase.PLANNING,
            "plan_updated": Phase.PLANNING,
            "answer": Phase.COMPILING,
        },
    ),
    Phase.COMPILING: _row(Phase.COMPILING, {}),
    Phase.PAUSED: {
        **dict.fromkeys(_HOLD, Phase.PAUSED),
        **dict.fromkeys(_RELEASE, RESUME),
        "run_finished": Phase.IDLE,
    },
}


@dataclass(frozen=True, slots=True)
class PhaseState:
    """Where a run stands. While PAUSED, `resume_to` is the phase that goes on underneath."""

    phase: Phase = Phase.IDLE
    resume_to: Phase | None = None


def label(fact: Fact) -> str:
    """The table's word for a fact: its tag, but a turn that leaves nothing open is the `answer`."""
    if isinstance(fact, ModelTurn) and not fact.calls and fact.nudge is None:
        return "answer"
    return fact.type


def advance(standing: PhaseState, fact: Fact, *, holding: bool) -> PhaseState:
    """Where a run stands after `fact`; `holding` says whether a hold remains after it.

    Raises IllegalEvent, naming the fact and the phase, where the table has no such move.
    """
    event = label(fact)
    if event in _QUIET:
        return standing
    if standing.phase is Phase.PAUSED and event not in TRANSITIONS[Phase.PAUSED]:
        under = standing.resume_to or Phase.IDLE
        return PhaseState(Phase.PAUSED, _plain(_target(under, event)))
    target = _target(standing.phase, event)
    if target == RESUME:
        return standing if holding else PhaseState(standing.resume_to or Phase.IDLE)
    if target is Phase.PAUSED:
        return PhaseState(Phase.PAUSED, standing.resume_to or standing.phase)
    return standing if target is standing.phase else PhaseState(_plain(target))


def _target(phase: Phase, event: str) -> Target:
    try:
        return TRANSITIONS[phase][event]
    except KeyError:
        raise IllegalEvent(f"{event!r} cannot happen while {phase.value}") from None


def _plain(target: Target) -> Phase:
    if isinstance(target, Phase):
        return target
    raise IllegalEvent("RESUME leads nowhere: no hold is open")
