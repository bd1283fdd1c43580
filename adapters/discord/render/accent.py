"""The colour at the edge of a card: how it stands, seen from afar."""

from __future__ import annotations

from adapters.ports.cards import Asked, Card, GateFacts, Heading
from runtime.approvals import Risk
from runtime.events import Outcome

_BLUE, _AMBER, _GREEN, _RED, _GREY = 0x5865F2, 0xF0B232, 0x23A55A, 0xDA373C, 0x80848E
_OUTCOMES = {Outcome.DONE: _GREEN, Outcome.FAILED: _RED, Outcome.CANCELLED: _GREY}
_RISKS = {Risk.LOW: _BLUE, Risk.MEDIUM: _AMBER, Risk.HIGH: _RED}
_VERDICTS = {"approved": _GREEN, "denied": _RED, "expired": _GREY, "closed": _GREY}


def accent(card: Card) -> int:
    match card.blocks[0]:
        case Heading(outcome=Outcome() as outcome):
            return _OUTCOMES[outcome]
        case Heading(waiting=waiting):
            return _AMBER if waiting else _BLUE
        case GateFacts(decision=None, risk=risk):
            return _RISKS[risk]
        case GateFacts(decision=decision) if decision is not None:
            return _VERDICTS[decision.verdict]
        case Asked(open=is_open):
            return _AMBER if is_open else _GREY
        case _:
            return _GREY
