"""In which order things happened. A view says what there is, not what came first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from adapters.web.render.timeline import Moment, moment
from runtime.events import (
    ApprovalRequired,
    Envelope,
    Event,
    FileCreated,
    MessageReceived,
    Notice,
    QuestionAsked,
    ResponseComplete,
    ResponseStart,
    RunFinished,
    RunStarted,
    SubagentStarted,
    ThinkingStart,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.ids import CallId, RunId, Seq

_LAST = 1 << 60


@dataclass(slots=True)
class EventOrder:
    """Grows with the journal. Chunks have no place: what they belong to has."""

    seq: Seq = field(default=Seq(0))
    moments: list[Moment] = field(default_factory=list[Moment])
    _places: dict[str, int] = field(default_factory=dict[str, int])
    _counts: Counter[str] = field(default_factory=Counter[str])
    _plans: set[CallId] = field(default_factory=set[CallId])
    _run: RunId | None = None

    def note(self, envelope: Envelope) -> None:
        if envelope.delta is not None:
            return
        self.seq = envelope.seq
        if isinstance(envelope.event, RunStarted):
            self._run = envelope.event.run_id
        happened = None if self._is_plan(envelope.event) else moment(envelope, self._run)
        if happened is not None:
            self.moments.append(happened)
        key = self._key(envelope)
        if key is not None:
            self._places.setdefault(key, envelope.seq)

    def _is_plan(self, event: Event) -> bool:
        """A call of the plan tool: the plan itself is told."""
        if isinstance(event, ToolCallStart) and event.tool == "plan":
            self._plans.add(event.call_id)
        return isinstance(event, ToolCallStart | ToolCallComplete) and event.call_id in self._plans

    def of(self, key: str) -> int:
        """For sorting; what has not happened on the record yet comes last. The parts of an answer
        stand where it does."""
        name = key.rpartition(":")[0] if key.startswith("answer:") else key
        return self._places.get(name, _LAST)

    def _key(self, envelope: Envelope) -> str | None:
        match envelope.event:
            case MessageReceived():
                return f"line:{envelope.seq}"
            case ThinkingStart(turn=turn):
                return f"thought:{self._run}:{turn}"
            case ToolCallStart(call_id=call) | ToolCallFailed(call_id=call):
                return f"call:{call}"
            case ApprovalRequired(approval_id=gate):
                return f"gate:{gate}"
            case QuestionAsked(question_id=question):
                return f"question:{question}"
            case ResponseStart(turn=turn) | ResponseComplete(turn=turn):
                return f"answer:{self._run}:{turn}"
            case _:
                return self._counted(envelope)

    def _counted(self, envelope: Envelope) -> str | None:
        match envelope.event:
            case SubagentStarted(subagent_id=subagent):
                return f"subagent:{subagent}"
            case FileCreated():
                return self._next("file")
            case Notice() if self._run is not None:
                return self._next("remark")
            case RunFinished():
                return f"end:{self._run}"
            case _:
                return None

    def _next(self, kind: str) -> str:
        """Things without a name of their own are counted in their run, from 1."""
        stem = f"{kind}:{self._run}"
        self._counts[stem] += 1
        return f"{stem}:{self._counts[stem]}"
