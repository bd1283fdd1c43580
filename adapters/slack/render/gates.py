"""What people are asked, and what they decided."""

from __future__ import annotations

from adapters.layout.excerpt import head
from adapters.ports.cards import Asked, Decision, GateFacts, Operation
from adapters.slack.render.block_kit import (
    Json,
    calls,
    date,
    is_user,
    rich,
    section,
    text,
    verbatim,
)
from adapters.slack.render.text import line
from adapters.text import LASTS, clean, left_out, revealed
from runtime.ids import Actor

_VERDICTS = {
    "approved": ("✅", "Approved"),
    "denied": ("⛔", "Denied"),
    "expired": ("⌛", "Nobody decided in time"),
    "closed": ("⏹️", "Closed with its task"),
}
_OPERATION = 3_000  # characters, hidden ones written out


def called(people: tuple[str, ...]) -> Json | None:
    """Calls those who must act. What is no id of a person calls nobody."""
    known = [calls(person) for person in people if is_user(person)]
    if not known:
        return None
    parts = [part for person in known for part in (person, text(" "))]
    return rich(section(*parts, text("this needs you.")))


def facts(gate: GateFacts) -> Json:
    if gate.decision is not None:
        return rich(section(*_decided(gate, gate.decision)))
    why = clean(gate.why).strip() or "The policy asks for it."
    longer = f"\nA longer yes covers: {line(gate.longer, 1_500)}" if gate.longer else ""
    return rich(
        section(
            text("✋ "),
            text("Approval needed", "bold"),
            text(": "),
            text(line(gate.tool, 60), "code"),
            text(f", {gate.risk} risk\n{why}\nMay decide: {line(gate.who, 1_500)}{longer}\nUntil "),
            date(gate.expires_at),
        )
    )


def _decided(gate: GateFacts, decision: Decision) -> tuple[Json, ...]:
    mark, word = _VERDICTS[decision.verdict]
    names = " and ".join(name(actor) for actor in decision.actors)
    by = f" by {names}" if names else ""
    lasts = f" {LASTS[decision.duration]}" if decision.verdict == "approved" else ""
    at = () if decision.at is None else (text(", "), date(decision.at))
    tool = (text("\n"), text(line(gate.tool, 60), "code"), text(f", {gate.risk} risk"))
    return (text(f"{mark} "), text(word, "bold"), text(f"{by}{lasts}"), *at, *tool)


def operation(shown: Operation) -> Json:
    exact = revealed(shown.text)
    seen = head(exact, _OPERATION) or "…"
    missing = shown.cut + max(0, len(exact) - len(seen))
    lines = shown.lines + exact[len(seen) :].count("\n")
    rest = section(text(left_out(missing, lines), "italic"))
    return rich(verbatim(seen), rest) if missing else rich(verbatim(seen))


def asked(question: Asked) -> Json:
    words = clean(question.text).strip() or "…"
    if question.answer is not None:
        by = f" ({name(question.by)})" if question.by else ""
        foot = f"\n💬 {line(question.answer, 300)}{by}"
    else:
        foot = "\nWrite your answer in this thread." if question.open else "\nNot answered."
    options = "".join(f"\n{n}. {clean(option)}" for n, option in enumerate(question.options, 1))
    return rich(section(text("❓ "), text(words, "bold"), text(options), text(foot)))


def name(actor: Actor) -> str:
    return line(actor.name or actor.id, 60)
