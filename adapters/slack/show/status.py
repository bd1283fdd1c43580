"""Signs of life: the status of a thread, in the best words that this workspace has for it."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from adapters.budget import Budget
from adapters.slack.show import budgets
from adapters.slack.show.api import Api
from adapters.slack.show.faults import Refusal
from runtime.events import Phase
from runtime.ids import Address
from runtime.ports import Clock

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
_FRESH = timedelta(minutes=10)  # "processing" clears itself after an hour
_KEPT = 1_000


class Status:
    """Agent sessions where the app is an agent; else words under the composer; else nothing. What
    is not available is not asked for again."""

    def __init__(self, api: Api, clock: Clock) -> None:
        self._api, self._clock = api, clock
        self._ways = [_SESSIONS, _WORDS]
        self._states: OrderedDict[Address, tuple[str, datetime]] = OrderedDict()

    def cost(self) -> tuple[Budget, ...]:
        return budgets.of(self._api.workspace, *self._ways[:1])

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

    def forget(self, address: Address) -> None:
        """Slack changed it by itself, as streams do."""
        self._states.pop(address, None)

    async def _by(self, way: str, address: Address, phase: Phase) -> None:
        if way == _WORDS:
            await self._api.call(
                way, channel_id=address.channel, thread_ts=address.thread, status=_SAID[phase]
            )
            return
        state, now = _STATES.get(phase, "processing"), self._clock.now()
        said, at = self._states.get(address, ("", now))
        if said == state and now - at < _FRESH:
            return
        await self._api.call(
            way, channel_id=address.channel, thread_ts=address.thread, status=state
        )
        self._states[address] = state, now
        if len(self._states) > _KEPT:
            self._states.popitem(last=False)
