"""Signs of life: the status of a thread, in the best words that this workspace has for it."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from typing import TypeVar

import structlog

from adapters.ports.errors import SurfaceFault
from adapters.ports.rate_limit import RateLimit
from adapters.slack.outbound import rate_limits
from adapters.slack.outbound.api import Api
from adapters.slack.outbound.errors import Refusal
from runtime.events import Phase
from runtime.ids import Address
from runtime.ports import Clock

log = structlog.get_logger(__name__)

_SESSIONS, _WORDS = "agents.sessions.setStatus", "assistant.threads.setStatus"
_UNAVAILABLE = frozenset(
    {"feature_disabled", "missing_scope", "not_agent_app", "not_allowed_token_type"}
    | {"not_authorized", "unknown_method"}
)
_STATES = {Phase.PAUSED: "suspended", Phase.IDLE: "active"}
_SAID = {
    Phase.IDLE: "",
    Phase.PLANNING: "is planning…",
    Phase.THINKING: "is thinking…",
    Phase.TOOL_CALLING: "is using a tool…",
    Phase.OBSERVING: "is reading a result…",
    Phase.COMPILING: "is writing…",
    Phase.PAUSED: "is waiting for a decision",
}
_FRESH = 600.0  # seconds; "processing" clears itself after an hour
_FADING = 75.0  # seconds; words are gone after two minutes, or with a message of ours
_KEPT = 1_000
_NO_STOP = "missing_agent_session_stopped_event_subscription"
_SUBSCRIBE = "subscribe the app to agent_session_stopped, or Slack's own stop button does nothing"
T = TypeVar("T")


class Status:
    """Agent sessions where the app is an agent; else words under the composer; else nothing. What
    is not available is not asked for again."""

    def __init__(self, api: Api, clock: Clock) -> None:
        self._api, self._clock = api, clock
        self._ways = [_SESSIONS, _WORDS]
        self._heeded = False
        self._states: OrderedDict[Address, tuple[str, float]] = OrderedDict()
        self._said: OrderedDict[Address, tuple[Phase, float]] = OrderedDict()

    def cost(self) -> tuple[RateLimit, ...]:
        return rate_limits.of(self._api.workspace, *self._ways[:1])

    async def say(self, address: Address, phase: Phase) -> None:
        """Raises SurfaceFault."""
        for way in list(self._ways):
            try:
                await self._by(way, address, phase)
            except Refusal as refusal:
                if refusal.code not in _UNAVAILABLE:
                    raise
                # Other threads may have found it out at the same time.
                self._ways = [other for other in self._ways if other != way]
            else:
                return

    async def renew(self, address: Address, *, posted: bool = False) -> None:
        """Say the words of a task again that goes on, before they fade. Best effort."""
        phase, at = self._said.get(address, (Phase.IDLE, self._clock.monotonic()))
        fades = posted or self._clock.monotonic() - at >= _FADING
        if fades and phase is not Phase.IDLE and _WORDS in self._ways:
            with suppress(SurfaceFault):
                await self._in_words(address, phase)

    def forget(self, address: Address) -> None:
        """Slack changed it by itself, as streams do."""
        self._states.pop(address, None)

    async def _by(self, way: str, address: Address, phase: Phase) -> None:
        if way == _WORDS:
            await self._in_words(address, phase)
            return
        state, now = _STATES.get(phase, "processing"), self._clock.monotonic()
        said, at = self._states.get(address, ("", now))
        if said == state and now - at < _FRESH:
            return
        told = await self._api.call(
            way, channel_id=address.channel, thread_ts=address.thread, status=state
        )
        _keep(self._states, address, (state, now))
        self._heed(str(told.get("warning")))

    def _heed(self, warning: str) -> None:
        """Said to the operator once."""
        if _NO_STOP in warning and not self._heeded:
            self._heeded = True
            log.warning("slack.stop_not_heard", team=self._api.workspace.team, remedy=_SUBSCRIBE)

    async def _in_words(self, address: Address, phase: Phase) -> None:
        _keep(self._said, address, (phase, self._clock.monotonic()))
        await self._api.call(
            _WORDS, channel_id=address.channel, thread_ts=address.thread, status=_SAID[phase]
        )


def _keep(known: OrderedDict[Address, T], address: Address, what: T) -> None:
    known[address] = what
    known.move_to_end(address)
    if len(known) > _KEPT:
        known.popitem(last=False)
