"""Events per second through the folds, on a session that the real runtime made."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from report import Report, Say
from story import Story, tell_story

from runtime.events import Envelope
from runtime.facts import envelope_of
from runtime.folds.context import context
from runtime.folds.fold import fold
from runtime.folds.view import project
from runtime.ids import SessionId
from runtime.view import ThreadView

_ROUNDS = 15
_SLICE = 0.15  # seconds of each fold per round
_BAR = 50_000  # events per second

Folding = Callable[[], object]


async def measure(say: Say, folder: Path) -> Report:
    say("playing a session of several tasks")
    story = await tell_story(folder)
    say(f"folding {len(story.entries)} entries and {len(story.live)} live events, {_ROUNDS} rounds")
    rates = _rates(story)
    report = Report(details={"entries": len(story.entries), "live_events": len(story.live)})
    for name, found in rates.items():
        bar = _BAR if name == "RunState" else None
        report.add(name, statistics.median(found), "events/s", bar, at_least=True)
        report.details[name] = [round(rate) for rate in found]
    return report


def _rates(story: Story) -> dict[str, list[float]]:
    session, entries, live = story.session, story.entries, story.live

    def everything() -> None:
        fold(session, entries)
        context(entries)
        _view(session, [e for entry in entries if (e := envelope_of(entry)) is not None])

    shown = [e for entry in entries if (e := envelope_of(entry)) is not None]
    folds: dict[str, tuple[Folding, int]] = {
        "RunState": (lambda: fold(session, entries), len(entries)),
        "context": (lambda: context(entries), len(entries)),
        "ThreadView": (lambda: _view(session, shown), len(shown)),
        "ThreadView with chunks": (lambda: _view(session, live), len(live)),
        "all three": (everything, len(entries)),
    }
    rates: dict[str, list[float]] = {name: [] for name in folds}
    for _ in range(_ROUNDS):
        for name, (folding, events) in folds.items():
            rates[name].append(_rate(folding, events))
    return rates


def _rate(folding: Folding, events: int) -> float:
    # Of this thread's own time: what else the machine does is no property of a pure function.
    times, began = 0, time.thread_time()
    while (passed := time.thread_time() - began) < _SLICE:
        folding()
        times += 1
    return times * events / passed


def _view(session: SessionId, envelopes: Sequence[Envelope]) -> ThreadView:
    view = ThreadView(session)
    for envelope in envelopes:
        view = project(view, envelope)
    return view
