"""thread(view, …) -> pieces: the whole page of a session, in the order it happened. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from adapters.layout.answers import answer_cards
from adapters.layout.gates import gate_card, question_card
from adapters.ports.cards import Card
from adapters.web.context import About
from adapters.web.event_order import EventOrder
from adapters.web.render import panel, people, timeline, work
from adapters.web.render.cards import LIMITS, WHOLE, card, note
from adapters.web.render.fragment import Piece
from adapters.web.render.gates import open_question
from adapters.web.render.tags import Html
from runtime.ids import session_of
from runtime.view import Answer, GateView, QuestionView, RunView, ThreadView

Draw = Callable[..., Html | None]

_TOLD = frozenset({"plan", "ask"})
"""Calls whose work is seen itself: the plan beside the talk, the question in the dock."""
_ROWS = 20  # of the timeline in one piece: with every event only the last is sent again


@dataclass(slots=True)
class _Memory:
    """What is the same value as before is not drawn again."""

    drawn: dict[str, tuple[tuple[object, ...], Piece | None]] = field(
        default_factory=dict[str, tuple[tuple[object, ...], Piece | None]]
    )
    seen: set[str] = field(default_factory=set[str])
    answers: dict[str, tuple[Answer, tuple[Card, ...]]] = field(
        default_factory=dict[str, tuple[Answer, tuple[Card, ...]]]
    )

    def piece(self, region: str, key: str, draw: Draw, *given: object) -> Iterator[Piece]:
        """`draw(*given)`, and nothing else that changes, is what stands there."""
        name = f"{region} {key}"
        self.seen.add(name)
        before = self.drawn.get(name)
        if before is None or before[0] != given:
            html = draw(*given)
            before = self.drawn[name] = (given, Piece(region, key, html) if html else None)
        if before[1] is not None:
            yield before[1]

    def parts(self, run: RunView, answer: Answer) -> tuple[Card, ...]:
        """Of a long answer that grows only the last part is drawn again."""
        name = f"{run.run_id}:{answer.turn}"
        before = self.answers.get(name)
        if before is None or before[0] != answer:
            cards = answer_cards(replace(run, answers=(answer,)), LIMITS)
            before = self.answers[name] = (answer, tuple(c for c in cards if c.blocks))
        return before[1]

    def forget(self) -> None:
        for name in self.drawn.keys() - self.seen:
            del self.drawn[name]
        self.seen.clear()


class Pieces:
    """What people asked for and decided, and the answers, are drawn from the cards that every chat
    gets; thoughts, calls and the plan from the view, since a page has room for all of them."""

    def __init__(self, about: About, problem: Callable[[], str] = str) -> None:
        """`problem` is what keeps tools from running now, or ""."""
        self._about, self._problem = about, problem
        self._memory = _Memory()

    def of(
        self, view: ThreadView, places: EventOrder, now: datetime, *, paused: bool
    ) -> list[Piece]:
        """Each region's pieces in their order."""
        stream = list(self._stream(view))
        stream.sort(key=lambda piece: places.of(piece.key))
        pieces = [*stream, *self._dock(view), *self._sides(view, places, now, paused=paused)]
        self._memory.forget()
        return pieces

    def _stream(self, view: ThreadView) -> Iterator[Piece]:
        piece = self._memory.piece
        for line in view.lines:
            yield from piece("stream", f"line:{line.seq}", people.line, line, view.session_id)
        for run in view.runs:
            yield from self._work(run)
            yield from self._talk(run)
            if run.finished_at is not None:
                yield from piece("stream", f"end:{run.run_id}", _ending, run, run is view.run)

    def _work(self, run: RunView) -> Iterator[Piece]:
        piece = self._memory.piece
        for thought in run.thoughts:
            key = f"thought:{run.run_id}:{thought.turn}"
            yield from piece("stream", key, work.thought, thought, run.plan)
        for call in run.calls:
            if call.tool not in _TOLD or call.status == "failed":
                yield from piece("stream", f"call:{call.call_id}", work.call, call)
        for helper in run.subagents:
            yield from piece("stream", f"subagent:{helper.subagent_id}", work.subagent, helper)
        for number, remark in enumerate(run.remarks, 1):
            yield from piece("stream", f"remark:{run.run_id}:{number}", work.remark, remark)

    def _talk(self, run: RunView) -> Iterator[Piece]:
        piece = self._memory.piece
        for gate in run.gates:
            yield from piece("stream", f"gate:{gate.approval_id}", partial(_told, run), gate)
        for question in run.questions:
            if question.closed:
                key = f"question:{question.question_id}"
                yield from piece("stream", key, partial(_asked, run), question)
        for answer in run.answers:
            draw = note if answer.state == "note" else card
            for part in self._memory.parts(run, answer):
                yield from piece("stream", part.key, draw, part)
        for number, file in enumerate(run.files, 1):
            key, session = f"file:{run.run_id}:{number}", session_of(run.run_id)
            yield from piece("stream", key, people.file, file, session)
        if run.draft is not None and run.draft.text.strip():
            key = f"answer:{run.run_id}:{run.draft.turn}:1"
            yield from piece("stream", key, work.draft, run.draft)

    def _dock(self, view: ThreadView) -> Iterator[Piece]:
        """What waits for people, always in sight."""
        run, piece = view.run, self._memory.piece
        if run is None:
            return
        for gate in run.gates:
            if gate.decided is None:
                yield from piece("dock", f"open:{gate.approval_id}", partial(_gate, run), gate)
        for question in run.questions:
            if not question.closed:
                key = f"open:{question.question_id}"
                yield from piece("dock", key, partial(_asked, run), question)

    def _sides(
        self, view: ThreadView, places: EventOrder, now: datetime, *, paused: bool
    ) -> Iterator[Piece]:
        run, about, piece = view.run, self._about, self._memory.piece
        current = tuple(g for g in view.grants if g.expires_at is None or now < g.expires_at)
        yield from piece("title", "title", panel.title, _title(view))
        yield from piece("banner", "banner", panel.banner, about)
        yield from piece("banner", "banner:sandbox", panel.sandbox_trouble, self._problem())
        yield from piece("status", "status", panel.status, run, paused, about)
        yield from piece("controls", "controls", panel.controls, run, paused)
        yield from piece("plan", "plan", panel.plan, run.plan if run else ())
        yield from piece("grants", "grants", panel.grants, current)
        model = run.model if run else ""
        isolation = run.isolation if run else ""
        yield from piece("about", "about", panel.capabilities, about, model, isolation)
        moments = places.moments
        for first in range(0, max(len(moments), 1), _ROWS):
            rows = tuple(moments[first : first + _ROWS])
            yield from piece("timeline", f"timeline:{first}", timeline.timeline, rows)


def _title(view: ThreadView) -> str:
    return view.runs[0].title if view.runs else view.lines[0].text if view.lines else ""


def _ending(run: RunView, newest: bool) -> Html:
    return work.ending(run, newest=newest)


def _gate(run: RunView, gate: GateView) -> Html:
    return card(gate_card(gate, run, WHOLE))


def _told(run: RunView, gate: GateView) -> Html:
    """Its place in the story; the buttons stand below, in the dock."""
    return people.waiting_gate(gate) if gate.decided is None else _gate(run, gate)


def _asked(run: RunView, question: QuestionView) -> Html:
    return open_question(question_card(question, run, WHOLE), question)
