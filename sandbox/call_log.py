"""What is known of one call: a fold over the supervisor's frames. Everything in them is
untrusted."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import Literal

from runtime.ports import Exited, Output
from sandbox.framing import CALL_HEAD, CallFrames, Garbled
from sandbox.programs import KEPT

Why = Literal["exit", "timeout", "oom", "output_limit", "stopped", "quota"]

_SLACK = 1 << 17
"""Frames beside the kept output: begun, ended, and a few notes of the supervisor."""

_STATUS: dict[Why, int] = {"timeout": 124, "output_limit": 125}
"""sandbox/supervisor.py: with what it exits where the command left no code."""

_WHYS: dict[bytes, Why] = {
    b"exit": "exit",
    b"timeout": "timeout",
    b"oom": "oom",
    b"output_limit": "output_limit",
}


def _decoder() -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder("utf-8")("replace")


@dataclass(frozen=True, slots=True)
class Begun:
    """Marks of the container at the beginning of the call; times in milliseconds."""

    oom_kills: int
    wall: int
    monotonic: int
    timeout: int


@dataclass(slots=True)
class CallLog:
    """Feed it bytes; read what became known."""

    begun: Begun | None = None
    ended: Exited | None = None
    """The last end that was told. Any process of the container may have written it."""

    gone: bool = False
    """The container answered that it has no record of this call."""

    verdict: tuple[int, int, int] | None = None
    """(oom kills, monotonic ms, monotonic ms of the last time-out or 0) of a tail that read the
    record to its end."""

    offset: int = 0
    """Bytes of the record that are read; a tail goes on from here."""

    now: int = 0
    """Monotonic ms of the container when the latest tail began, 0 without one."""

    garbled: str = ""
    """The beginning of what was no frame."""

    _frames: CallFrames = field(default_factory=CallFrames)
    _decoders: dict[bytes, codecs.IncrementalDecoder] = field(
        default_factory=lambda: {b"O": _decoder(), b"E": _decoder()}
    )

    _claims: dict[tuple[int | None, Why], Exited] = field(
        default_factory=dict[tuple[int | None, Why], Exited]
    )

    @property
    def complete(self) -> bool:
        """Whether there is no more to read, whoever wrote what was read."""
        return bool(self.gone or self.verdict or self.garbled)

    def confirmed(self, status: int | None) -> Exited | None:
        """The end that was told and that the supervisor's exit status, by the engine, confirms."""
        ends = (e for e in self._claims.values() if _status(e) == status)
        return next(ends, None)

    @property
    def left(self) -> float:
        """Seconds until the deadline, as the container told: between 0 and the whole time-out."""
        if self.begun is None:
            return 0.0
        spent = max(0, self.now - self.begun.monotonic) if self.now else 0
        return max(0, self.begun.timeout - spent) / 1000

    def resume(self) -> None:
        """A new stream begins at `offset`."""
        self._frames.restart()

    def feed(self, data: bytes) -> list[Output]:
        """Take bytes, give the output among them. After bytes that no supervisor writes, `garbled`
        tells them and the rest is ignored."""
        outputs: list[Output] = []
        try:
            for kind, payload in self._frames.feed(data):
                self._take(kind, payload, outputs)
        except Garbled as error:
            self.garbled = str(error) or "an empty frame"
        return outputs

    def judge(self) -> Exited:
        """How a call ended whose supervisor left no last word. Valid after a verdict."""
        assert self.begun
        assert self.verdict
        kills, now, timed_out = self.verdict
        spent = now - self.begun.monotonic
        late = spent >= self.begun.timeout or timed_out >= self.begun.monotonic
        why: Why = "timeout" if late else "stopped"
        return Exited(None, "oom" if kills > self.begun.oom_kills else why, spent / 1000)

    def _take(self, kind: bytes, payload: bytes, outputs: list[Output]) -> None:
        if self.begun is None and kind not in b"BGN":
            raise Garbled((kind + payload)[:200].decode("utf-8", "replace"))
        if kind in b"BOEX":
            self.offset += CALL_HEAD + len(payload)
        if self.offset > KEPT + _SLACK:
            raise Garbled("more output than the supervisor ever sends")
        if kind in self._decoders:
            _join(outputs, kind, self._decoders[kind].decode(payload))
        else:
            outputs += self._mark(kind, payload)

    def _mark(self, kind: bytes, payload: bytes) -> list[Output]:
        match kind:
            case b"B":
                self.begun = self.begun or Begun(*_numbers(payload, 4))
            case b"V":
                kills, monotonic, timed_out = _numbers(payload, 3)
                self.verdict = kills, monotonic, timed_out
            case b"N":
                (self.now,) = _numbers(payload, 1)
            case b"G":
                self.gone = True
            case b"X":
                return self._end(payload)
            case _:
                raise Garbled(f"unknown frame {kind!r}")
        return []

    def _end(self, payload: bytes) -> list[Output]:
        code, _, rest = payload.partition(b" ")
        why, _, numbers = rest.partition(b" ")
        if why not in _WHYS or not (code == b"-" or (code.isdigit() and len(code) <= 3)):
            raise Garbled(payload[:200].decode("utf-8", "replace"))
        spent, dropped = _numbers(numbers, 2)
        ended = Exited(None if code == b"-" else int(code), _WHYS[why], spent / 1000)
        self.ended = self._claims[ended.code, ended.why] = ended
        outputs: list[Output] = []
        for stream, decoder in self._decoders.items():
            _join(outputs, stream, decoder.decode(b"", final=True))
        if dropped:
            outputs.append(Output(f"\n[{dropped:,} more bytes of output were dropped]\n", "stderr"))
        return outputs


def _status(ended: Exited) -> int | None:
    return _STATUS.get(ended.why) if ended.code is None else ended.code


def _join(outputs: list[Output], kind: bytes, text: str) -> None:
    """Append text, merged with its predecessor of the same stream: one item per read, not per
    line."""
    stream: Literal["stdout", "stderr"] = "stdout" if kind == b"O" else "stderr"
    if not text:
        return
    if outputs and outputs[-1].stream == stream:
        text = outputs.pop().text + text
    outputs.append(Output(text, stream))


def _numbers(payload: bytes, count: int) -> list[int]:
    parts = payload.split(b" ")
    if len(parts) != count or not all(part.isdigit() and len(part) < 18 for part in parts):
        raise Garbled(payload[:200].decode("utf-8", "replace"))
    return [int(part) for part in parts]
