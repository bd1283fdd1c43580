"""Loose ends: why a turn without calls is not the answer yet. Pure."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import yaml

from runtime.facts import Nudge
from runtime.folds.state import Run
from runtime.plan import StepStatus
from runtime.tools.written_calls import is_call
from runtime.visible import is_blank

_EMPTY = (
    "Your turn was empty. If the task is done, say in a few words what came of it; else go on with "
    "the next call."
)
_CALL = (
    "That was a tool call as text: nothing was run. Call a tool that exists, by the means that "
    "your server has for it; or, if it is the answer for people, put it in a sentence."
)
_PLAN = (
    "Your plan still has open steps: {steps}. Go on with them now. If they are done or not needed, "
    "set their status with `plan` and give your answer; if you need people, use `ask`."
)
_ANNOUNCED = (
    "You said what you will do, and did nothing. Do it now with your tools; if there is nothing to "
    "do, give your answer."
)
_SENTENCE = re.compile(r"[^.!?…。।！？\n]+[.!?…。।！？:：]*")  # noqa: RUF001  of many languages


def loose_end(run: Run, text: str) -> Nudge | None:
    """What a turn that ends in this text leaves open, if the model was not told so before."""
    found = next((nudge for nudge in _all(run, text) if nudge is not None), None)
    return None if found is None or found.kind in run.nudged else found


def _all(run: Run, text: str) -> tuple[Nudge | None, ...]:
    titles = [s.title for s in run.plan if s.status in (StepStatus.PENDING, StepStatus.ACTIVE)]
    steps = "; ".join(titles[:5]) + (f" and {len(titles) - 5} more" if len(titles) > 5 else "")
    return (
        Nudge(kind="empty", text=_EMPTY) if is_blank(text) else None,
        Nudge(kind="call", text=_CALL) if is_call(text) else None,
        _announcement(text, steps),
    )


def _announcement(text: str, steps: str) -> Nudge | None:
    """Of the next step, or without any plan. An answer that is none may leave steps open."""
    if not announces(text):
        return None
    if steps:
        return Nudge(kind="plan", text=_PLAN.format(steps=steps))
    return Nudge(kind="announcement", text=_ANNOUNCED)


def announces(text: str) -> bool:
    """Whether a text ends with what its author is about to do."""
    sentences = [s.strip() for s in _SENTENCE.findall(text) if any(map(str.isalnum, s))]
    last = sentences[-1].lower().replace("’", "'") if sentences else ""  # noqa: RUF001
    if not last or last.endswith(("?", "？")):  # noqa: RUF001
        return False
    begins, ends, others = _phrases()
    if any(phrase in last for phrase in others):
        return False
    bare = last.rstrip(".!…。।！:： *_`")  # noqa: RUF001
    return bool(begins.match(last.lstrip("*_- "))) or bare.endswith(ends)


@cache
def _phrases() -> tuple[re.Pattern[str], tuple[str, ...], tuple[str, ...]]:
    """How announcements begin and end, and what is none though it begins so."""
    text = (resources.files("runtime.decide") / "announcements.yaml").read_text("utf-8")
    table: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    of = {
        kind: [phrase for language in table.values() for phrase in language.get(kind, ())]
        for kind in ("filler", "begins", "ends", "other")
    }
    fillers, begins = ("|".join(map(re.escape, of[kind])) for kind in ("filler", "begins"))
    pattern = re.compile(rf"(?:(?:{fillers})[\s,，、!.:–-]*)*(?:{begins})")  # noqa: RUF001
    return pattern, tuple(of["ends"]), tuple(of["other"])
