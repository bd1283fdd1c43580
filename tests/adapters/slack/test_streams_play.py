"""Whatever happens to a stream, in any order: the answer ends exact, in one message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_stage import Stage, stage

from adapters.ports.cards import Buttons, Card, CardKey, Prose, Urgency
from adapters.ports.errors import RateLimited, Unanswered
from adapters.ports.surface import Ref
from adapters.simulators.slack.faults import Broken, CutAfter, CutBefore, Fault, Limited, Refused
from adapters.slack.outbound.surface import SlackSurface
from adapters.slack.render.text import tamed
from runtime.ids import RunId
from runtime.testing.clock import ManualClock

T = TypeVar("T")
RUN = RunId("0123456789abcdef01234567.1")
KEY = CardKey(f"answer:{RUN}:1:1")
STREAMS = ("chat.startStream", "chat.appendStream", "chat.stopStream")
METHODS = st.sampled_from((*STREAMS, "chat.update", "chat.postMessage"))

Deed = tuple[str, str | float | Fault | None]
faults = st.one_of(
    st.builds(CutAfter, METHODS),
    st.builds(CutBefore, METHODS),
    st.builds(Broken, METHODS),
    st.builds(Limited, METHODS),
    st.builds(Refused, st.sampled_from(STREAMS), st.sampled_from(("invalid_chunks", "no_text"))),
)
deeds: st.SearchStrategy[Deed] = st.one_of(
    st.tuples(st.just("grow"), st.sampled_from(("word", " word", "\n", "# x", "<!chan", "nel>"))),
    st.tuples(st.just("grow"), st.just(" and more")),
    st.tuples(st.just("replace"), st.sampled_from(("Other", "wo", ""))),
    st.tuples(st.just("fault"), faults),
    st.tuples(st.just("wait"), st.sampled_from((1.0, 100.0, 250.0, 400.0))),
    st.tuples(st.just("restart"), st.none()),
    st.tuples(st.just("stop"), st.none()),
)


def card(text: str, *, over: bool) -> Card:
    prose = Prose(text, text, growing=not over)
    if not over:
        return Card(KEY, Urgency.ANSWER, "live", (prose,))
    return Card(KEY, Urgency.FINAL, "done", (prose, Buttons(())))


class Teller:
    """Does what the reconciler does: posts once, looks for what it does not know, tries again."""

    def __init__(self, it: Stage) -> None:
        self.it, self.surface = it, it.surface
        self.ref: Ref | None = None
        self.unsure = False

    async def show(self, now: Card) -> None:
        if self.unsure:
            self.ref = await self.again(lambda surface: surface.find(self.it.place, KEY))
            self.unsure = False
        if self.ref is None:
            try:
                self.ref = await self.surface.post(self.it.place, now)
            except (RateLimited, Unanswered) as fault:
                self.unsure = isinstance(fault, Unanswered)
        else:
            ref = self.ref
            await self.again(lambda surface: surface.edit(ref, now))

    async def again(self, call: Callable[[SlackSurface], Awaitable[T]]) -> T:
        while True:
            try:
                return await call(self.surface)
            except (RateLimited, Unanswered):
                continue


async def play(script: list[Deed]) -> None:
    clock = ManualClock()
    async with stage(clock, "dm") as it:
        teller, text = Teller(it), "Word"
        await teller.show(card(text, over=False))
        for verb, what in script:
            match verb, what:
                case "grow", str(more):
                    text += more
                case "replace", str(other):
                    text = other or "Word"
                case "wait", float(seconds):
                    clock.advance(seconds)
                case "restart", None:
                    teller.surface = it.restarted()
                case "stop", None:
                    await it.slack.press_stop("ann", "dm", it.address.thread)
                case _:
                    assert not isinstance(what, str | float | int | None), "a fault is left"
                    it.slack.inject(what)
                    continue
            await teller.show(card(text, over=False))
        while teller.ref is None:
            await teller.show(card(text, over=True))
        await teller.show(card(text, over=True))
        (message,) = it.ours()
        assert "".join(b["text"] for b in message.blocks if b["type"] == "markdown") == tamed(text)
        assert message.stream is None or not message.stream.is_open
        assert (message.metadata or {})["event_payload"] == {"key": KEY}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=st.lists(deeds, max_size=10))
def test_an_answer_ends_exact_in_one_message(script: list[Deed]) -> None:
    asyncio.run(play(script))
