"""thread(view, …) -> pieces: the whole page of a session, in the order it happened. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from adapters.web.door import About
from adapters.web.draw import panel, people, timeline, work
from adapters.web.draw.fragment import Piece
from adapters.web.draw.tags import Html
from adapters.web.places import Places
from runtime.approvals import Grant
from runtime.view import RunView, ThreadView

Draw = Callable[..., Html | None]


class Pieces:
    """Draws what changed; what is the same value as before is not drawn again."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._drawn: dict[str, tuple[tuple[object, ...], Piece | None]] = {}

    def of(self, view: ThreadView, places: Places, now: datetime, *, paused: bool) -> list[Piece]:
        """Each region's pieces in their order."""
        seen = set[str]()
        stream = list(self._stream(view, seen))
        stream.sort(key=lambda piece: places.of(piece.key))
        pieces = [*stream, *self._dock(view, seen), *self._sides(view, places, now, paused, seen)]
        for key in self._drawn.keys() - seen:
            del self._drawn[key]
        return pieces

    def _piece(
        self,
        seen: set[str],
        region: str,
        key: str,
        draw: Draw,
        *given: object,
    ) -> Iterator[Piece]:
        memory = f"{region} {key}"
        seen.add(memory)
        before = self._drawn.get(memory)
        if before is None or before[0] != given:
            html = draw(*given)
            before = (given, Piece(region, key, html) if html is not None else None)
            self._drawn[memory] = before
        if before[1] is not None:
            yield before[1]

    def _stream(self, view: ThreadView, seen: set[str]) -> Iterator[Piece]:
        for line in view.lines:
            yield from self._piece(seen, "stream", f"line:{line.seq}", people.line, line)
        for run in view.runs:
            yield from self._work(run, seen)
            yield from self._talk(run, seen)
            if run.finished_at is not None:
                newest = run is view.run
                key = f"end:{run.run_id}"
                yield from self._piece(seen, "stream", key, _ending, run, newest)

    def _work(self, run: RunView, seen: set[str]) -> Iterator[Piece]:
        for thought in run.thoughts:
            key = f"thought:{run.run_id}:{thought.turn}"
            yield from self._piece(seen, "stream", key, work.thought, thought, run.plan)
        for call in run.calls:
            if call.tool != "plan" or call.status == "failed":  # the plan itself stands beside
                key = f"call:{call.call_id}"
                yield from self._piece(seen, "stream", key, work.call, call)
        for subagent in run.subagents:
            key = f"subagent:{subagent.subagent_id}"
            yield from self._piece(seen, "stream", key, work.subagent, subagent)
        for number, remark in enumerate(run.remarks):
            key = f"remark:{run.run_id}:{number}"
            yield from self._piece(seen, "stream", key, work.remark, remark)

    def _talk(self, run: RunView, seen: set[str]) -> Iterator[Piece]:
        for gate in run.gates:
            draw = people.waiting_gate if gate.decided is None else people.closed_gate
            yield from self._piece(seen, "stream", f"gate:{gate.approval_id}", draw, gate)
        for question in run.questions:
            if question.closed:
                key = f"question:{question.question_id}"
                yield from self._piece(seen, "stream", key, people.closed_question, question)
        for answer in run.answers:
            key = f"answer:{run.run_id}:{answer.turn}"
            yield from self._piece(seen, "stream", key, work.answer, answer)
        for number, file in enumerate(run.files):
            key = f"file:{run.run_id}:{number}"
            yield from self._piece(seen, "stream", key, people.file, file)
        if run.draft is not None and run.draft.text.strip():
            key = f"answer:{run.run_id}:{run.draft.turn}"
            yield from self._piece(seen, "stream", key, work.draft, run.draft)

    def _dock(self, view: ThreadView, seen: set[str]) -> Iterator[Piece]:
        """What waits for people, always in sight."""
        run = view.run
        for gate in run.gates if run else ():
            if gate.decided is None:
                key = f"open:{gate.approval_id}"
                yield from self._piece(seen, "dock", key, people.open_gate, gate, run)
        for question in run.questions if run else ():
            if not question.closed:
                key = f"open:{question.question_id}"
                yield from self._piece(seen, "dock", key, people.open_question, question)

    def _sides(
        self, view: ThreadView, places: Places, now: datetime, paused: bool, seen: set[str]
    ) -> Iterator[Piece]:
        run = view.run
        current = tuple(g for g in view.grants if g.expires_at is None or now < g.expires_at)
        moments = len(places.moments)
        yield from self._piece(seen, "title", "title", _title, view.runs[:1], view.lines[:1], view)
        yield from self._piece(seen, "banner", "banner", panel.banner, self._about)
        yield from self._piece(seen, "status", "status", self._status, view, paused)
        yield from self._piece(seen, "controls", "controls", _controls, run, paused)
        yield from self._piece(seen, "plan", "plan", _plan, run)
        yield from self._piece(seen, "grants", "grants", _grants(now), current)
        yield from self._piece(seen, "about", "about", self._about_run, run and run.isolation, run)
        yield from self._piece(seen, "timeline", "timeline", _timeline(places), moments)

    def _status(self, view: ThreadView, paused: bool) -> Html:
        return panel.status(view, paused=paused, about=self._about)

    def _about_run(self, _: str, run: RunView | None) -> Html:
        return panel.capabilities(self._about, run)


def _ending(run: RunView, newest: bool) -> Html:
    return work.ending(run, newest=newest)


def _title(_: object, __: object, view: ThreadView) -> Html:
    return panel.title(view)


def _controls(run: RunView | None, paused: bool) -> Html:
    return panel.controls(run, paused=paused)


def _plan(run: RunView | None) -> Html:
    return panel.plan(run)


def _grants(now: datetime) -> Draw:
    def draw(current: tuple[Grant, ...]) -> Html:
        return panel.grants(current, now)

    return draw


def _timeline(places: Places) -> Draw:
    def draw(_: int) -> Html:
        return timeline.timeline(places.moments)

    return draw
