"""What people decide and answer, as text."""

from __future__ import annotations

import re

from adapters.discord.render.text import Pen, fenced, moment
from adapters.ports.cards import Asked, Decision, GateFacts, Operation
from adapters.text import LASTS, left_out, revealed
from runtime.approvals import Risk
from runtime.ids import Actor

_RISKS = {Risk.LOW: "Low risk", Risk.MEDIUM: "Medium risk", Risk.HIGH: "**High risk**"}
_VERDICTS = {
    "approved": "✅ Approved",
    "denied": "⛔ Denied",
    "expired": "⌛ Nobody decided in time",
    "closed": "▫️ Closed with its task",
}
_LANGUAGES = {"shell": "sh", "python": "py", "diff": "diff", "text": ""}
_ID = re.compile(r"\d{17,20}", re.ASCII)


def called(people: tuple[str, ...]) -> tuple[int, ...]:
    """The people who can be called: a rule may name others, by words that are no ids here."""
    return tuple(int(person) for person in people if _ID.fullmatch(person))


def gate(block: GateFacts, pen: Pen, people: tuple[int, ...]) -> str:
    """`people` are those who are called: a rule names them by id, they are shown by name."""
    tool = pen.line(block.tool)
    if block.decision is not None:
        lines = [f"### {_VERDICTS[block.decision.verdict]}", _decided(block.decision, pen)]
    else:
        lines = ["### ✋ Approval needed"]
    lines.append(f"🔧 **{tool}** · {_RISKS[block.risk]}")
    if block.why:
        lines.append(f"**Why:** {pen.line(block.why)}")
    if block.decision is None:
        who = _ID.sub(lambda found: _shown(found[0], people), pen.line(block.who))
        lines.append(f"**May decide:** {who}")
        lines.append(f"**A longer yes covers:** {pen.line(block.longer)}" if block.longer else "")
        lines.append(f"-# Expires {moment(block.expires_at)}")
    return "\n".join(line for line in lines if line)


def _shown(person: str, people: tuple[int, ...]) -> str:
    return f"<@{person}>" if int(person) in people else person


def _decided(decision: Decision, pen: Pen) -> str:
    """Who, for how long, and when."""
    words: list[str] = []
    if decision.actors:
        words.append(f"by {' and '.join(_name(actor, pen) for actor in decision.actors)}")
    if decision.verdict == "approved":
        words.append(LASTS[decision.duration])
    if decision.at is not None:
        words.append(moment(decision.at, "f"))
    return " · ".join(words)


def operation(block: Operation, pen: Pen) -> str:
    """Exactly what will be done, as far as there is room; what is missing is said."""
    text = pen.cut(block.text)
    missing = block.cut + len(block.text) - len(text)
    shown = revealed(text)
    lines = [fenced(shown, _LANGUAGES[block.language])]
    if shown != text:
        lines.append("-# ⚠️ It has hidden characters: they are written out as \\\\u…")
    if missing:
        hidden = block.lines + block.text[len(text) :].count("\n")
        lines.append(f"-# ⚠️ {left_out(missing, hidden)}")
    return "\n".join(lines)


def asked(block: Asked, pen: Pen) -> str:
    lines = [f"### ❓ {'Question' if block.open else 'Answered' if block.answer else 'Closed'}"]
    lines.append(pen.plain(block.text) or "…")
    if block.answer is not None:
        by = f" ({_name(block.by, pen)})" if block.by else ""
        lines.append(f"**Answer:** {pen.line(block.answer)}{by}")
    lines += [f"{n}. {pen.line(option)}" for n, option in enumerate(block.options, 1)]
    if block.open:
        how = "reply to this message" if pen.beside else "write your answer in this thread"
        lines.append(f"-# Choose here, or {how}.")
    return "\n".join(lines)


def _name(actor: Actor, pen: Pen) -> str:
    return f"**{pen.line(actor.name or actor.id)}**"
