"""Approvals and questions: messages of their own, retired in place."""

from __future__ import annotations

import re

from adapters.layout.excerpt import head
from adapters.layout.seals import gate_seal, question_seal
from adapters.ports.button import DENY, ButtonToken, answer, approve, deny, whole
from adapters.ports.cards import (
    Asked,
    Block,
    Button,
    Buttons,
    Card,
    CardKey,
    Choice,
    Decision,
    GateFacts,
    Language,
    Operation,
    Urgency,
)
from adapters.ports.limits import Limits
from adapters.text import LASTS, revealed
from runtime.approvals import Duration, Risk, coverage, who
from runtime.ids import Actor
from runtime.view import GateView, QuestionView, RunView

_DIFF = re.compile(r"^--- .*\n\+\+\+ ", re.MULTILINE)
_CONFIRM = "High risk: more than this one call is allowed."
_LABEL, _OPTIONS = 40, 20
_NUMBER = 5  # characters before an option: its number, and the end of the line
_FIXED = 180  # characters of labels, or of two people's names, and of the tool's


def gate_card(gate: GateView, run: RunView, limits: Limits) -> Card:
    is_open = gate.decided is None
    blocks: tuple[Block, ...] = (_facts(gate, run, limits), *_operations(gate, limits))
    if is_open:
        blocks = (*blocks, *_buttons(gate, limits))
    return Card(
        key=CardKey(f"gate:{gate.approval_id}"),
        urgency=Urgency.ACT,
        state="open" if is_open else "done",
        blocks=blocks,
        notify=_called(gate, run) if is_open and gate.notify else (),
        kept=is_open,
    )


def _facts(gate: GateView, run: RunView, limits: Limits) -> GateFacts:
    decision = None
    if gate.decided is not None:
        actors = tuple(named(actor) for actor in gate.actors[:2])
        decision = Decision(gate.decided, actors, gate.decided_at, gate.duration)
    return GateFacts(
        tool=head(gate.tool, _LABEL),
        risk=gate.risk,
        why=head(gate.why, limits.text // 5),
        who=head(_who(gate, run), limits.text // 6),
        longer=head(coverage(gate.tool, gate.subject), limits.text // 6),
        expires_at=gate.expires_at,
        decision=decision,
    )


def _who(gate: GateView, run: RunView) -> str:
    others = tuple(map(named, run.had_a_say(gate)))
    return who(gate.rule, named(run.requester), others)


def _room(limits: Limits) -> int:
    """Characters of an operation."""
    rest = limits.text - limits.text // 5 - 2 * (limits.text // 6) - _FIXED - _LABEL
    return min(limits.operation, rest)


def _operations(gate: GateView, limits: Limits) -> tuple[Operation, ...]:
    """What will be done, and below it the files that it runs."""
    room = _room(limits)
    runs = _operation(gate.runs, "text", room // 3)
    done = _operation(gate.operation, language(gate), room - len(runs.text))
    return (done, runs) if gate.runs else (done,)


def _operation(exact: str, kind: Language, room: int) -> Operation:
    text = head(exact, room)
    return Operation(text, kind, max(0, len(exact) - len(text)), exact[len(text) :].count("\n"))


def language(gate: GateView) -> Language:
    if gate.tool == "shell":
        return "shell"
    if gate.tool == "python":
        return "python"
    return "diff" if _DIFF.search(gate.operation) else "text"


def _buttons(gate: GateView, limits: Limits) -> tuple[Block, ...]:
    """Approving means once; another duration is picked, and picking it approves. What the card may
    show in part, since platforms cut by their own count, can be read whole."""
    yes = _yes("Approve", gate, Duration.ONCE)
    no = Button("Deny", deny(gate.approval_id, gate_seal(gate, DENY)), "danger")
    longer = tuple(
        _yes(words.capitalize(), gate, duration)
        for duration, words in LASTS.items()
        if duration is not Duration.ONCE
    )
    confirm = _CONFIRM if gate.risk is Risk.HIGH else ""
    is_long = 2 * len(revealed(gate.operation) + revealed(gate.runs)) > _room(limits)
    read = (Button("Details", whole(gate.approval_id)),) if is_long else ()
    return Buttons((yes, no, *read)), Choice("Approve for longer", longer, confirm)


def _yes(label: str, gate: GateView, duration: Duration) -> Button:
    seal = gate_seal(gate, duration.value)
    style = "primary" if duration is Duration.ONCE else "plain"
    return Button(label, approve(gate.approval_id, duration, seal), style)


def _called(gate: GateView, run: RunView) -> tuple[str, ...]:
    """Who must act, by id: nobody by name where anyone may, and nobody who may not."""
    rule, requester = gate.rule, run.requester
    asker = (requester.id,) if rule.requester and not rule.not_requester else ()
    barred = {requester.id, *(actor.id for actor in run.had_a_say(gate))}
    may = (p for p in rule.people if not (rule.not_requester and p in barred))
    return tuple(dict.fromkeys((*asker, *may)))[:10]


def question_card(question: QuestionView, run: RunView, limits: Limits) -> Card:
    by = named(question.actor) if question.actor else None
    said = None if question.answer is None else head(question.answer, 200)
    is_open = not question.closed
    options = _spelled_out(question, limits) if is_open else ()
    room = limits.text - 400 - sum(len(option) + _NUMBER for option in options)
    blocks: list[Block] = [Asked(head(question.question, room), is_open, said, by, options)]
    if is_open and question.options:
        blocks.append(_options(question, limits, numbered=bool(options)))
    return Card(
        key=CardKey(f"question:{question.question_id}"),
        urgency=Urgency.ACT,
        state="open" if is_open else "done",
        blocks=tuple(blocks),
        notify=(run.requester.id,) if is_open else (),
        kept=is_open,
    )


def _spelled_out(question: QuestionView, limits: Limits) -> tuple[str, ...]:
    """The options with all their words, where a button would cut one or two would look alike."""
    options = [" ".join(option.split()) for option in question.options[:_OPTIONS]]
    labels = {head(option, _size(question)) for option in options}
    if labels == {*options} and len(labels) == len(options):
        return ()
    each = (limits.text - 400) // 2 // len(options) - _NUMBER
    return tuple(head(option, each) for option in options)


def _size(question: QuestionView) -> int:
    """Characters of a label."""
    return min(_LABEL, 300 // min(len(question.options), _OPTIONS))


def _options(question: QuestionView, limits: Limits, *, numbered: bool) -> Block:
    """Few options are buttons, many are a choice. Whoever wants another answer writes it."""
    options = (" ".join(option.split()) for option in question.options[:_OPTIONS])
    labels = (f"{n}. {o}" if numbered else o for n, o in enumerate(options, start=1))
    row = tuple(
        Button(head(label, _size(question)) or "?", _answer(question, n))
        for n, label in enumerate(labels)
    )
    return Buttons(row) if len(row) <= 4 else Choice("Answer", row)


def _answer(question: QuestionView, place: int) -> ButtonToken:
    return answer(question.question_id, place, question_seal(question, str(place)))


def named(actor: Actor) -> Actor:
    """Without what cards do not show, and with a name of a bearable length."""
    return Actor(id=head(actor.id, _LABEL), name=head(actor.name, _LABEL))
