"""Approvals and questions, drawn from their cards: the words and tokens are those of every chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.ports.cards import (
    Asked,
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    Decision,
    GateFacts,
    Operation,
)
from adapters.text import LASTS
from adapters.web.render.buttons import choice, press
from adapters.web.render.source import exact
from adapters.web.render.tags import Html, clock, div, el, icon, span
from adapters.web.render.text import one_line
from adapters.web.render.timeline import name
from runtime.view import QuestionView

_VERDICTS = {
    "approved": "Approved",
    "denied": "Denied",
    "expired": "Nobody decided in time",
    "closed": "Closed with its task",
}


def gate(facts: GateFacts, operation: Operation, rest: Sequence[Block]) -> Html:
    """Everything that a decision needs, and the buttons; or who decided what, and when."""
    if facts.decision is not None:
        return _decided(facts.decision, operation, rest)
    head = div(
        "gate-head",
        el("h2", None, "Approval needed"),
        span(f"badge risk-{facts.risk}", f"{facts.risk} risk"),
        span("tool", facts.tool),
        span("quiet until", "until ", clock(facts.expires_at)),
    )
    label = f"Approval needed: {facts.tool}, {facts.risk} risk"
    who = span("quiet who", f"May decide: {one_line(facts.who, 600)}")
    return el(
        "section",
        {"class": f"gate risk-{facts.risk}", "aria-label": label},
        head,
        _operation(operation),
        *(_operation(block) for block in rest if isinstance(block, Operation)),
        el("p", {"class": "why"}, _reason(facts.why)),
        _longer(facts.longer),
        div("gate-foot", *row(rest), who),
    )


def _longer(covers: str) -> Html | None:
    text = f"A longer yes covers: {one_line(covers, 600)}"
    return el("p", {"class": "quiet longer"}, text) if covers else None


def _operation(operation: Operation) -> Html:
    shown = exact(operation.text, operation.language)
    if not operation.cut:
        return shown
    missing = f"{operation.cut:,} more characters are not shown here: deny what you cannot read."
    return div("cut", shown, el("p", {"class": "missing"}, missing))


def _reason(why: str) -> str:
    text = one_line(why or "the configuration asks for it", 600).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def _decided(decision: Decision, operation: Operation, rest: Sequence[Block]) -> Html:
    names = " and ".join(name(actor) for actor in decision.actors)
    text = _VERDICTS[decision.verdict] + (f" by {names}" if names else "")
    approved = decision.verdict == "approved"
    summary = el(
        "summary",
        None,
        icon("check" if approved else "cross"),
        span("verdict-text", f"{text} {LASTS[decision.duration]}" if approved else text),
        el("code", {"class": "brief"}, one_line(operation.text, 90)),
        clock(decision.at) if decision.at else None,
    )
    style = f"verdict {decision.verdict}"
    more = (_operation(block) for block in rest if isinstance(block, Operation))
    return el("details", {"class": style}, summary, _operation(operation), *more)


def row(blocks: Sequence[Block]) -> list[Html]:
    """The buttons among the blocks."""
    found: list[Html] = []
    for block in blocks:
        if isinstance(block, Buttons):
            found += [press(button) for button in block.row]
        elif isinstance(block, Choice):
            found.append(choice(block))
    return found


def question(asked: Asked, rest: Sequence[Block], free: Html | None = None) -> Html:
    """`free` is where another answer is written, if one may be."""
    if not asked.open:
        return _answered(asked)
    options = row(rest)
    return el(
        "section",
        {"class": "gate question", "aria-label": f"Question: {one_line(asked.text)}"},
        div("gate-head", el("h2", None, one_line(asked.text, 2_000))),
        div("gate-foot", *options) if options else None,
        free,
    )


def _answered(asked: Asked) -> Html:
    by = f" ({name(asked.by)})" if asked.by else ""
    answer = one_line(asked.answer, 400) + by if asked.answer else "Closed without an answer"
    return el(
        "p",
        {"class": "verdict"},
        icon("question"),
        span("verdict-text", one_line(asked.text, 400)),
        span("said", answer),
    )


def open_question(shown: Card, view: QuestionView) -> Html:
    """The card with all words of its options, which chats cut to the size of a button, and a place
    for another answer."""
    asked, *rest = shown.blocks
    assert isinstance(asked, Asked), "question_card begins with what is asked"
    buttons = [button for block in rest for button in _row(block)]
    whole = tuple(
        replace(button, label=one_line(option, 400))
        for button, option in zip(buttons, view.options, strict=False)
    )
    free = _free(view.question_id) if view.kind == "ask" else None
    return question(asked, (Buttons(whole),) if whole else (), free)


def _row(block: Block) -> tuple[Button, ...]:
    match block:
        case Buttons(row=row) | Choice(options=row):
            return row
        case _:
            return ()


def _free(question_id: str) -> Html:
    written = {"name": "text", "aria-label": "Your answer", "placeholder": "Your answer"}
    return el(
        "form",
        {"class": "free", "data-answer": question_id},
        el("input", {**written}),
        el("button", {"class": "button primary"}, "Answer"),
    )
