"""The design's trace, played in virtual time through settler, reconcilers and pacer to a platform
that enforces its limits: how old is what people see?"""

from __future__ import annotations

import asyncio
import itertools
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from adapters_play import CALL, Play, Plays, Process, started

from adapters.ports.cards import Card, Note, Prose, Thinking
from adapters.ports.limits import Limits
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Place, Ref
from adapters.testing.limiters import Limiter, RollingWindow, TokenBucket
from adapters.testing.memory import Books, MemorySurface
from adapters.testing.outbox import MemoryOutbox
from adapters.testing.virtual import LoopClock, run_virtual
from runtime.events import (
    Outcome,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    RunFinished,
    ThinkingChunk,
    ThinkingComplete,
    ThinkingStart,
    ToolCallComplete,
    ToolCallStart,
    Usage,
)
from runtime.ids import Address

EDITS = RateLimit("team/chat.update", 50, 60.0)
SIGNALS = RateLimit("team/setStatus", 50, 60.0)
SIZE = Limits(text=11_000)  # as large as the messages of the platform with this budget
LATENCY, RATE, OPENS_AT, WORTH_A_CARD = 0.08, 40.0, 300, 400
SAMPLE = 0.02  # seconds between two looks at the screen
_NUMBER = re.compile(r"w(\d+) ?$")


@dataclass(frozen=True, slots=True)
class Trace:
    """Thinking, one tool call of a second, an answer; tokens at RATE."""

    thinking: int = 200
    answer: int = 800

    @property
    def tokens(self) -> list[float]:
        """When each token is produced, in seconds from the start."""
        begin = self.thinking / RATE + 1.0
        return [n / RATE for n in range(self.thinking)] + [
            begin + n / RATE for n in range(self.answer)
        ]

    @property
    def shown_from(self) -> float:
        """When the card first has a reason to be there: what is thought before counts from then."""
        text = itertools.accumulate(len(f"w{n} ") for n in range(1, self.thinking + 1))
        first = next((n for n, size in enumerate(text) if size > WORTH_A_CARD), 0)
        return first / RATE


@dataclass(frozen=True, slots=True)
class Frame:
    """From `at` on, so many tokens are seen."""

    at: float
    tokens: int


@dataclass(frozen=True, slots=True)
class WatchedSurface(MemorySurface):
    """Notes when which token is seen."""

    frames: dict[Address, list[Frame]] = field(default_factory=dict[Address, list[Frame]])

    async def post(self, place: Place, card: Card) -> Ref:
        ref = await super(WatchedSurface, self).post(place, card)
        self._note(place, card)
        return ref

    async def edit(self, ref: Ref, card: Card) -> None:
        await super(WatchedSurface, self).edit(ref, card)
        self._note(ref.place, card)

    def _note(self, place: Place, card: Card) -> None:
        frames = self.frames.setdefault(place.address, [Frame(0.0, 0)])
        seen = max((frames[-1].tokens, *_numbers(card)))
        frames.append(Frame(asyncio.get_running_loop().time(), seen))


def _numbers(card: Card) -> Iterator[int]:
    """Tokens say how many came up to them: the last of a text counts."""
    for block in card.blocks:
        text = ""
        match block:
            case Prose(source=source):
                text = source
            case Note(text=note):
                text = note
            case Thinking(lines=lines) if lines:
                text = lines[-1]
            case _:
                pass
        if found := _NUMBER.search(text):
            yield int(found[1])


@dataclass(frozen=True, slots=True)
class Measured:
    """Staleness in seconds: the age of the oldest produced token that is not seen. `lag` is the
    longest time from a last token to the final text."""

    mean: float
    p95: float
    means: tuple[float, ...]
    lag: float
    edits: int
    refused: int
    exact: int
    runs: int

    @property
    def fairness(self) -> float:
        """Jain's index of the runs' mean staleness: 1 is equal, 1/n is all for one."""
        squares = sum(mean * mean for mean in self.means)
        return sum(self.means) ** 2 / (len(self.means) * squares)


def simulate(
    limiter: Limiter, runs: int = 1, trace: Trace | None = None, earlier: int = 0
) -> Measured:
    """All runs at once; `earlier` times the same before, 70 s apart, so that the pacer has learned
    what there is to learn."""
    return run_virtual(_simulate(limiter, runs, trace or Trace(), earlier))


async def _simulate(limiter: Limiter, runs: int, trace: Trace, earlier: int) -> Measured:
    surface = WatchedSurface(
        LoopClock(),
        Books(limiters={EDITS: limiter, SIGNALS: RollingWindow(SIGNALS)}),
        limits=SIZE,
        costs={"edit": (EDITS,), "delete": (EDITS,), "signal": (SIGNALS,)},
        latency=LATENCY,
    )
    plays = Plays()
    process = Process(plays, surface, MemoryOutbox(), LoopClock())
    for _ in range(earlier):
        await _round(plays, process, runs, trace)
        await asyncio.sleep(70)
    edits, refused = surface.books.calls.count("edit"), surface.books.exceeded
    began = asyncio.get_running_loop().time()
    last = await _round(plays, process, runs, trace)
    found = [_staleness(surface.frames[p.address], trace, began) for p in last]
    ends = [_seen_whole(surface.frames[p.address], len(trace.tokens)) for p in last]
    return Measured(
        mean=statistics.mean(value for values in found for value in values),
        p95=_p95([value for values in found for value in values]),
        means=tuple(statistics.mean(values) for values in found),
        lag=max(ends) - began - trace.tokens[-1],
        edits=surface.books.calls.count("edit") - edits,
        refused=surface.books.exceeded - refused,
        exact=sum(_is_exact(surface, play) for play in last),
        runs=runs,
    )


async def _round(plays: Plays, process: Process, runs: int, trace: Trace) -> list[Play]:
    new = [_play(len(plays.plays) + n) for n in range(runs)]
    plays.add(*new)
    async with asyncio.TaskGroup() as tasks:
        for play in new:
            tasks.create_task(_live(play, process, trace))
    while not process.quiet:  # noqa: ASYNC110 -- time is virtual: looking costs nothing
        await asyncio.sleep(1)
    return new


def _play(number: int) -> Play:
    return Play(address=Address(platform="memory", team="t", channel=f"c{number}", thread="1"))


async def _live(play: Play, process: Process, trace: Trace) -> None:
    """The agent works; every entry is published, chunks are not."""
    stream = _Stream(asyncio.get_running_loop().time())
    play.see(started(1, play.session), ThinkingStart(turn=1))
    process.settler.published(play.session)
    times = trace.tokens
    thought = ""
    for number, at in enumerate(times[: trace.thinking], start=1):
        await stream.until(at)
        thought += f"w{number} "
        play.see(ThinkingChunk(turn=1, text=f"w{number} "))
    await stream.until(trace.thinking / RATE)
    play.see(ThinkingComplete(turn=1, text=thought, seconds=trace.thinking / RATE))
    play.see(ToolCallStart(call_id=CALL, tool="shell", summary="ls -l"))
    await stream.until(trace.thinking / RATE + 1.0)
    play.see(ToolCallComplete(call_id=CALL, output="x", seconds=1.0))
    await _answer(play, stream, trace, times)
    process.settler.published(play.session)


async def _answer(play: Play, stream: _Stream, trace: Trace, times: Sequence[float]) -> None:
    text = ""
    for number, at in enumerate(times[trace.thinking :], start=trace.thinking + 1):
        await stream.until(at)
        before, text = len(text), f"{text}w{number} "
        if before <= OPENS_AT < len(text):
            play.see(ResponseStart(turn=2))
        play.see(ResponseChunk(turn=2, text=f"w{number} "))
    play.see(Usage(turn=2, input_tokens=9, output_tokens=9), ResponseComplete(turn=2, text=text))
    play.see(RunFinished(outcome=Outcome.DONE))


@dataclass(frozen=True, slots=True)
class _Stream:
    began: float

    async def until(self, at: float) -> None:
        await asyncio.sleep(max(0.0, self.began + at - asyncio.get_running_loop().time()))


def _staleness(frames: Sequence[Frame], trace: Trace, began: float) -> list[float]:
    values: list[float] = []
    tokens = [max(at, trace.shown_from) for at in trace.tokens]
    place, seen, at = 0, 0, tokens[0]
    while at < tokens[-1]:
        while place < len(frames) and frames[place].at <= began + at:
            seen = frames[place].tokens
            place += 1
        oldest = tokens[seen] if seen < len(tokens) else at
        values.append(max(0.0, at - oldest))
        at += SAMPLE
    return values


def _seen_whole(frames: Sequence[Frame], tokens: int) -> float:
    return next((frame.at for frame in frames if frame.tokens == tokens), float("inf"))


def _is_exact(surface: WatchedSurface, play: Play) -> bool:
    """Whether the messages' sources, put together, are the answer."""
    run = play.view.runs[-1]
    sources: list[str] = []
    for message in surface.books.messages:
        said = message.said[-1]
        if message.place.address == play.address and isinstance(said, Card):
            sources += [b.source for b in said.blocks if isinstance(b, Prose) and not b.growing]
    return "".join(sources) == run.answers[-1].text


def even(runs: int, trace: Trace | None = None) -> float:
    """Mean staleness if the same calls were spread evenly by somebody who knew the end."""
    trace = trace or Trace()
    tokens = trace.tokens
    gap = tokens[-1] * runs / (EDITS.calls - runs)
    times = [n * gap for n in range(int(tokens[-1] / gap) + 1)]
    frames = [Frame(at + LATENCY, sum(token <= at for token in tokens)) for at in times]
    return statistics.mean(_staleness(frames, trace, 0.0))


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[round(0.95 * (len(values) - 1))]


def window() -> Limiter:
    return RollingWindow(EDITS)


def bucket(capacity: float = 10) -> Limiter:
    return TokenBucket(EDITS, capacity)
