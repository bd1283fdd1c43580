"""How an agent stands in one thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

State = Literal["processing", "active", "suspended", "closed"]
STATES: tuple[State, ...] = get_args(State)
WORKING_FOR = timedelta(hours=1)
"""`processing` ends by itself. Measured by third parties in 2026."""
SAID_FOR = timedelta(minutes=2)
"""How long a status line stays, from "assistant.threads.setStatus"."""


@dataclass(frozen=True, slots=True)
class AgentSession:
    """`said` is the free text under the composer; it and the state are one place on the screen,
    and whoever wrote last is seen."""

    state: State = "active"
    set_at: datetime | None = None
    title: str = ""
    said: str = ""
    said_at: datetime | None = None
    loading: tuple[str, ...] = ()
    prompts: tuple[tuple[str, str], ...] = ()

    def at(self, now: datetime) -> AgentSession:
        """As it stands now: what has run out is gone."""
        session = self
        if session.said_at and now - session.said_at >= SAID_FOR:
            session = replace(session, said="", said_at=None, loading=())
        began = session.set_at
        if session.state == "processing" and began and now - began >= WORKING_FOR:
            session = replace(session, state="active")
        return session

    def replied(self) -> AgentSession:
        """A message of the app removes the status line."""
        return replace(self, said="", said_at=None, loading=())
