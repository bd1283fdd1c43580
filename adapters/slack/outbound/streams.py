"""Native streams: an answer that grows in a direct message, in appended pieces.

A stream ends by itself about five minutes after it began, whatever was appended, so it is stopped
before and the message goes on by edits. Whatever is not a plain continuation ends it as well: the
message stays, and an edit gives it the whole text. A stream that only an earlier process knew is
noticed when an edit is refused for it, and stopped then.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import dataclass

from pydantic import JsonValue

from adapters.ports.cards import Card, CardKey, Note, Prose
from adapters.ports.errors import Deleted, RateLimited, Unanswered
from adapters.ports.surface import Place, Ref
from adapters.slack.outbound.api import Api
from adapters.slack.outbound.errors import Refusal
from adapters.slack.outbound.recipients import Recipients
from adapters.slack.render.actions import feedback_of
from adapters.slack.render.card import growing, named, prose
from runtime.ports import Clock

LIFE = 240.0
"""Seconds until a stream is stopped; Slack's own end came after 306 to 320."""
CONFLICT = "streaming_state_conflict"
_EXPIRED = 330.0
_UNAVAILABLE = frozenset(
    {"channel_type_not_supported", "feature_not_enabled", "method_deprecated", "not_authorized"}
    | {"not_allowed_token_type", "unknown_method"}
)
# Starting and stopping are scarce, 20 a minute: who comes late is edited, and still ends in time.
_AT_ONCE, _STARTS, _MINUTE = 8, 10, 60.0


@dataclass(slots=True)
class _Stream:
    """`seamless` says that no piece began with a blank, which Slack may lose at the seam."""

    key: CardKey
    sent: str
    began: float
    seamless: bool


class Streams:
    """Those of one workspace that this process began. One caller for each message."""

    def __init__(self, api: Api, clock: Clock) -> None:
        self._api, self._clock = api, clock
        self._recipients = Recipients(api)
        self._open: dict[Ref, _Stream] = {}
        self._starts: deque[float] = deque()
        self._closed_until = 0.0
        self._available = True

    def may_start(self, place: Place, card: Card) -> bool:
        """Whether this card would be streamed: an answer that grows for one reader."""
        if not self._available or not place.channel.startswith("D") or growing(card) is None:
            return False
        now = self._now()
        recent = sum(at > now - _MINUTE for at in self._starts)
        alive = sum(stream.began > now - _EXPIRED for stream in self._open.values())
        return now >= self._closed_until and recent < _STARTS and alive < _AT_ONCE

    def holds(self, ref: Ref) -> bool:
        return ref in self._open

    def goes_on(self, ref: Ref, card: Card) -> bool:
        """Whether the card's text is what was sent and more, and the stream still young."""
        stream, words = self._open.get(ref), growing(card)
        if stream is None or words is None or self._now() - stream.began >= LIFE:
            return False
        return words.startswith(stream.sent)

    async def start(self, place: Place, card: Card) -> Ref | None:
        """A new message; None where there are no streams now, and nothing was posted."""
        words = growing(card)
        if words is None:
            return None
        await self._settle(place)
        try:
            answer = await self._api.call(
                "chat.startStream",
                channel=place.channel,
                thread_ts=place.thread,
                chunks=_chunks(words),
                **await self._recipients.of(place.channel),
            )
        except Refusal as refusal:
            if refusal.code in _UNAVAILABLE:
                self._available = False
            return None
        except RateLimited as limit:
            self._closed_until = self._now() + limit.retry_after
            return None
        ref = Ref(place=place, message=str(answer["ts"]))
        self._keep(ref, _Stream(card.key, words, self._now(), _starts_well(words)))
        return ref

    async def write(self, ref: Ref, card: Card) -> bool:
        """The next piece, or the end. Whether the message says now what the card says; if not it
        streams no more, and must be edited."""
        stream, words = self._open[ref], growing(card)
        if words is not None and self.goes_on(ref, card):
            return await self._append(ref, stream, words)
        return await self._finish(ref, stream, card)

    async def stop(self, ref: Ref, key: CardKey) -> None:
        """Whoever began it; it may have ended long ago."""
        with suppress(Refusal, Deleted):
            await self._stop(ref, key)
        self._open.pop(ref, None)

    async def _append(self, ref: Ref, stream: _Stream, words: str) -> bool:
        piece = words[len(stream.sent) :]
        if not piece:
            return True
        try:
            await self._api.call(
                "chat.appendStream",
                channel=ref.place.channel,
                ts=ref.message,
                chunks=_chunks(piece),
            )
        except Refusal:
            self._open.pop(ref, None)  # stopped by its reader, expired, or unlike what Slack takes
            return False
        except (Unanswered, Deleted):
            self._open.pop(ref, None)  # nobody knows what it says
            raise
        stream.sent, stream.seamless = words, stream.seamless and not piece[0].isspace()
        return True

    async def _finish(self, ref: Ref, stream: _Stream, card: Card) -> bool:
        words = _words(card)
        extends = words.startswith(stream.sent)
        piece = words[len(stream.sent) :] if extends else ""
        try:
            await self._stop(ref, card.key, piece, card)
        except Refusal:
            self._open.pop(ref, None)
            return False
        except (Unanswered, Deleted):
            self._open.pop(ref, None)
            raise
        self._open.pop(ref, None)
        return extends and stream.seamless and not piece[:1].isspace() and not _is_marked(card)

    async def _stop(
        self, ref: Ref, key: CardKey, piece: str = "", card: Card | None = None
    ) -> None:
        feedback = feedback_of(card.blocks) if card else None
        foot: list[JsonValue] | None = [feedback] if feedback else None
        await self._api.call(
            "chat.stopStream",
            channel=ref.place.channel,
            ts=ref.message,
            chunks=_chunks(piece) if piece else None,
            blocks=foot,
            metadata=named(key),
            # The task may go on behind a part or a note; only the final answer ends it, or a stop.
            session_status=None if feedback or (card and _is_marked(card)) else "processing",
        )

    async def _settle(self, place: Place) -> None:
        """Give every other stream of the thread its key, so that none is taken for another."""
        for ref, stream in list(self._open.items()):
            if ref.place == place:
                await self.stop(ref, stream.key)

    def _keep(self, ref: Ref, stream: _Stream) -> None:
        now = self._now()
        for old in [r for r, s in self._open.items() if s.began <= now - _EXPIRED]:
            del self._open[old]  # whoever edits it finds that it ended
        while self._starts and self._starts[0] <= now - _MINUTE:
            self._starts.popleft()
        self._starts.append(now)
        self._open[ref] = stream

    def _now(self) -> float:
        return self._clock.monotonic()


def _words(card: Card) -> str:
    block = card.blocks[0] if card.blocks else None
    return prose(block) if isinstance(block, Prose) and card.form == "full" else ""


def _is_marked(card: Card) -> bool:
    """Whether something stands below the text that a stream cannot say."""
    return any(isinstance(block, Note) for block in card.blocks)


def _starts_well(words: str) -> bool:
    """A stream that begins with a heading may come out empty."""
    return not words[:1].isspace() and not words.startswith("#")


def _chunks(words: str) -> list[JsonValue]:
    return [{"type": "markdown_text", "text": words}]
