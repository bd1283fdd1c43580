"""The token of a button as it is drawn now: with the seal of what it decides."""

from __future__ import annotations

from dataclasses import replace

from adapters.layout.seals import gate_seal, question_seal
from adapters.ports.button import ButtonToken
from runtime.view import ThreadView


def drawn(token: ButtonToken, view: ThreadView) -> ButtonToken:
    """The token itself where nothing of that name is asked."""
    for run in view.runs:
        for gate in run.gates:
            if gate.approval_id == token.id:
                return replace(token, seal=gate_seal(gate, token.choice))
        for question in run.questions:
            if question.question_id == token.id:
                return replace(token, seal=question_seal(question, token.choice))
    return token
