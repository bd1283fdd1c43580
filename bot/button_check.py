"""What a press saw: it decides only what its button showed."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.layout.seals import gate_seal, question_seal
from adapters.ports.button import ButtonToken
from runtime.facts import Fact
from runtime.folds.state import RunState
from runtime.ids import ApprovalId, QuestionId
from runtime.ports import Guard, Refused

CHANGED = Refused("This changed since you saw it: look again.")


def as_seen(token: ButtonToken, guard: Guard) -> Guard:
    """The guard, for what stands there as it was seen. Buttons of versions that did not say what
    they showed are among those that saw something else."""

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        seal = _seal(token, state)
        return CHANGED if seal is not None and seal != token.seal else guard(state)

    return judge


def _seal(token: ButtonToken, state: RunState) -> str | None:
    """Of what the token would decide now; None where nothing of that name waits."""
    match token.kind:
        case "gate":
            name = ApprovalId(token.id)
            gate = state.gate(name) or state.expired_gate(name)
            return None if gate is None else gate_seal(gate, token.choice)
        case "question":
            question = state.question(QuestionId(token.id))
            return None if question is None else question_seal(question, token.choice)
        case "run":
            return None
