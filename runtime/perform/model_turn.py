"""One streamed turn of the model, from its first delta to the facts that record it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

import structlog

from runtime.decide.loose_ends import loose_end
from runtime.decide.next import CallModel
from runtime.errors import BodyTooLarge, Misconfigured, ModelBroken, ModelRefused
from runtime.events import (
    Notice,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    ThinkingChunk,
    ThinkingComplete,
    ThinkingStart,
    Usage,
)
from runtime.facts import Fact, ModelTurn, PlannedCall, UnmadeCall
from runtime.folds.state import Run
from runtime.ids import RunId, StepId, call_id
from runtime.live.hub import Hub
from runtime.perform.segment import Segment
from runtime.plan import active_step
from runtime.ports import Clock, Model, Models, TextDelta, ThinkingDelta, TurnEnded, Used
from runtime.profile import Profile
from runtime.tools.toolbox import OpenToolbox, Toolbox
from runtime.visible import is_blank

log = structlog.get_logger(__name__)

ANSWER_OPENS_AT = 300  # characters: shorter text may still turn out to be a note before a call
LONGEST = 256 * 1024  # characters of thinking and text: the journal takes no more
_SPEECHLESS = "The limit was reached and the task was stopped; the model gave no closing words."
_CUT = (
    "The model used up the tokens of its turn before it said anything: raise models.max_tokens, or "
    "have it think less."
)
_TOO_LONG = (
    "The model's turn grew longer than can be kept: ask for smaller parts, or lower "
    "models.max_tokens."
)


@dataclass(frozen=True, slots=True)
class TurnMaker:
    """What a turn needs; `take` holds all that one turn knows in its own locals."""

    models: Models
    open_toolbox: OpenToolbox
    hub: Hub
    clock: Clock

    async def take(self, segment: Segment, effect: CallModel, attempt: int) -> None:
        """Stream the turn and append it. Raises ModelError with nothing of the turn recorded but
        its start events."""
        try:
            await self._stream(segment, effect, attempt)
        except BodyTooLarge as error:
            raise ModelRefused(_TOO_LONG) from error

    async def _stream(self, segment: Segment, effect: CallModel, attempt: int) -> None:
        profile = await segment.profile()
        model, toolbox = await self._model(segment, profile), await self.open_toolbox(profile)
        stream = model.turn(
            segment.conversation.messages,
            toolbox.specs(),
            instructions=profile.instructions,
            max_tokens=profile.max_tokens,
            may_call=effect.may_call,
        )
        turn = _Open(self, segment, effect, attempt, profile, toolbox)
        try:
            async with aclosing(stream):
                async for delta in stream:
                    match delta:
                        case ThinkingDelta(text=text):
                            await turn.think(text)
                        case TextDelta(text=text):
                            await turn.speak(text)
                        case TurnEnded():
                            await turn.end(delta)
                            return
        except ModelBroken as error:
            if not (error.silent and turn.may_be_silent):
                raise
            await turn.end(_SILENCE)
            return
        raise ModelBroken("The model's stream ended without an end.")

    async def _model(self, segment: Segment, profile: Profile) -> Model:
        """The model that the run began with; where the installation has it no more, today's."""
        today = segment.profile_today().model
        try:
            return await self.models.open(profile.model)
        except Misconfigured as error:
            if profile.model == today:
                raise ModelRefused(str(error)) from error
            log.warning("model.gone", model=profile.model, instead=today, why=str(error))
        try:
            return await self.models.open(today)
        except Misconfigured as error:
            raise ModelRefused(str(error)) from error


_SILENCE = TurnEnded("", "", "", "", (), Used(measured=False))


def _told(unmade: Sequence[UnmadeCall], made: int) -> Sequence[Fact]:
    """People learn of calls that are not made."""
    if not unmade:
        return ()
    text = f"The model asked for too many tool calls at once: only the first {made} are made."
    return (Notice(level="warning", text=text),)


class _Open:
    """A turn under way."""

    def __init__(
        self,
        maker: TurnMaker,
        segment: Segment,
        effect: CallModel,
        attempt: int,
        profile: Profile,
        toolbox: Toolbox,
    ) -> None:
        self._maker, self._segment, self._effect = maker, segment, effect
        self._profile, self._toolbox = profile, toolbox
        self._attempt, self._seen = attempt, segment.state.head
        self._thought = ""
        self._thinking_since: float | None = None
        self._text = ""
        self._opened = False
        run = segment.state.run
        self._reopen = run is not None and run.opened  # an earlier attempt stands on a message
        self._size = 0

    async def think(self, text: str) -> None:
        self._bear(text)
        if self._thinking_since is None:
            self._thought = ""
            self._thinking_since = self._maker.clock.monotonic()
            start = ThinkingStart(turn=self._effect.turn, attempt=self._attempt, step_id=self._step)
            await self._segment.result((start,))
        self._thought += text
        chunk = ThinkingChunk(turn=self._effect.turn, attempt=self._attempt, text=text)
        self._maker.hub.broadcast(self._segment.session, self._run_id, chunk)

    async def speak(self, text: str) -> None:
        self._bear(text)
        await self._segment_result(self._end_thinking())
        self._text += text
        if self._reopen or len(self._text) > ANSWER_OPENS_AT:
            await self._segment_result(self._open())
        chunk = ResponseChunk(turn=self._effect.turn, attempt=self._attempt, text=text)
        self._maker.hub.broadcast(self._segment.session, self._run_id, chunk)

    async def end(self, ended: TurnEnded) -> None:
        """Append the whole turn at once: its text, its calls, its price."""
        calls = self._calls(ended) if self._effect.may_call else ()
        unmade = self._unmade(ended, len(calls)) if calls else ()
        text = self._words(ended, calls)
        nudge = None
        if self._effect.may_call and not calls and not ended.cut:
            nudge = loose_end(self._run, text)
        facts: list[Fact] = [*self._end_thinking()]
        if not calls and nudge is None:
            facts += self._open()
        elif not is_blank(text) or self._opened:
            facts.append(ResponseComplete(turn=self._effect.turn, text=text, final=False))
        if ended.notice:
            facts.append(Notice(level="warning", text=ended.notice))
        more = {"unmade": unmade, "nudge": nudge}
        turn = self._turn(ended, text, calls).model_copy(update=more)
        await self._segment.result([*facts, *_told(unmade, len(calls)), self._usage(ended), turn])

    @property
    def may_be_silent(self) -> bool:
        """Whether a turn without a word may be an end: calls were made. Else it is a fault, which
        another try may mend."""
        return bool(self._run.recent)

    def _words(self, ended: TurnEnded, calls: Sequence[PlannedCall]) -> str:
        """The text of the turn. Raises ModelRefused where the limit of tokens left none: sent
        again, it would be the same."""
        if not is_blank(ended.text) or calls:
            return ended.text
        if not self._effect.may_call:
            return _SPEECHLESS
        if ended.cut:
            raise ModelRefused(_CUT)
        return ""

    def _bear(self, text: str) -> None:
        """Raises ModelRefused where the model does not come to an end."""
        self._size += len(text)
        if self._size > LONGEST:
            raise ModelRefused(_TOO_LONG)

    async def _segment_result(self, facts: Sequence[Fact]) -> None:
        if facts:
            await self._segment.result(facts)

    def _open(self) -> Sequence[Fact]:
        if self._opened:
            return ()
        self._opened = True
        return (ResponseStart(turn=self._effect.turn, attempt=self._attempt),)

    def _end_thinking(self) -> Sequence[Fact]:
        if self._thinking_since is None:
            return ()
        seconds = self._maker.clock.monotonic() - self._thinking_since
        self._thinking_since = None
        return (
            ThinkingComplete(
                turn=self._effect.turn,
                attempt=self._attempt,
                text=self._thought,
                step_id=self._step,
                seconds=seconds,
            ),
        )

    def _calls(self, ended: TurnEnded) -> tuple[PlannedCall, ...]:
        most = min(self._run.limits.calls, self._profile.limits.calls)
        cut = (ended.used.output_tokens or self._profile.max_tokens) if ended.cut else 0
        return tuple(
            self._toolbox.plan(raw, call_id(self._run_id, self._effect.turn, n), cut)
            for n, raw in enumerate(ended.calls[:most], start=1)
        )

    def _unmade(self, ended: TurnEnded, made: int) -> tuple[UnmadeCall, ...]:
        return tuple(self._toolbox.unmade(raw) for raw in ended.calls[made:])

    def _usage(self, ended: TurnEnded) -> Usage:
        used = ended.used
        return Usage(
            turn=self._effect.turn,
            attempt=self._attempt,
            input_tokens=used.input_tokens,
            output_tokens=used.output_tokens,
            cost=used.cost,
            measured=used.measured,
        )

    def _turn(self, ended: TurnEnded, text: str, calls: tuple[PlannedCall, ...]) -> ModelTurn:
        return ModelTurn(
            turn=self._effect.turn,
            attempt=self._attempt,
            seen=self._seen,
            blob=ended.blob,
            library=ended.library,
            text=text,
            calls=calls,
            cut=ended.cut,
        )

    @property
    def _run(self) -> Run:
        run = self._segment.state.run
        if run is None:
            raise ModelBroken("The task ended while the model was speaking.")
        return run

    @property
    def _run_id(self) -> RunId:
        return self._run.run_id

    @property
    def _step(self) -> StepId | None:
        run = self._segment.state.run
        return active_step(run.plan) if run else None
