"""The gateway: who listens, and what each of them may hear."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from adapters.simulators.discord import permissions
from adapters.simulators.discord.gateway.session import Close, Outgoing, Session
from adapters.simulators.discord.intents import Intent
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.state import Event, State
from adapters.simulators.discord.wire import user_json
from adapters.simulators.discord.wire_guild import guild_create_json


@dataclass(slots=True, eq=False)
class Hub:
    """`heartbeat` in seconds. `refusals` handshakes are refused; a `deaf` gateway neither hears
    nor speaks. `connections` counts the handshakes that came so far. READY names `resume_url`, or
    a path of ours, to resume at."""

    world: State
    token: str = field(repr=False)
    heartbeat: float = 41.25
    resume_url: str = ""
    sessions: dict[str, Session] = field(default_factory=dict[str, Session])
    refusals: int = 0
    deaf: bool = False
    connections: int = 0
    identified: int = 0
    resumed: int = 0

    def hear(self, event: Event) -> None:
        """A listener of the world."""
        for session in self.sessions.values():
            if self._concerns(session, event):
                bare = event.bare is not None and not session.intents & Intent.MESSAGE_CONTENT
                data = event.bare if bare and event.bare is not None else event.data
                session.dispatch(event.name, data)

    def begin(self, intents: int, shard: tuple[int, int]) -> Session:
        """READY, and the guilds of this shard one by one."""
        session = Session(secrets.token_hex(16), intents, shard)
        self.sessions[session.id] = session
        self.identified += 1
        guilds = [guild for guild in self.world.guilds.values() if session.serves(guild.id)]
        session.dispatch("READY", self._ready(session, [guild.id for guild in guilds]))
        if intents & Intent.GUILDS:
            for guild in guilds:
                session.dispatch("GUILD_CREATE", guild_create_json(self.world, guild))
        return session

    def send(self, frame: Outgoing) -> None:
        """To every connection."""
        for session in self.sessions.values():
            if session.outbox:
                session.outbox.put_nowait(frame)

    def drop(self) -> None:
        """Every socket breaks; the sessions can be resumed."""
        self.send(Close())

    def close(self, code: int) -> None:
        self.send(Close(code))

    def ask_to_reconnect(self) -> None:
        """Op 7: connect again and resume."""
        self.send({"op": 7, "d": None, "s": None, "t": None})

    def invalidate(self, resumable: bool = False) -> None:
        """Op 9; without `resumable` the sessions and what they missed are gone."""
        self.send({"op": 9, "d": resumable, "s": None, "t": None})
        if not resumable:
            self.forget()

    def forget(self) -> None:
        """No session can be resumed any more."""
        for session in self.sessions.values():
            session.resumable = False

    @property
    def connected(self) -> int:
        """How many connections have a session."""
        return sum(session.outbox is not None for session in self.sessions.values())

    def _concerns(self, session: Session, event: Event) -> bool:
        guild = event.guild or (event.channel.guild if event.channel else None)
        if not session.resumable or not session.serves(guild and guild.id):
            return False
        if event.intents and not session.intents & event.intents:
            return False
        return event.channel is None or permissions.sees(event.channel, self.world.bot)

    def _ready(self, session: Session, guilds: list[int]) -> Json:
        ours = self.world.origin.replace("http", "ws", 1)
        return {
            "v": 10,
            "user": user_json(self.world.bot),
            "guilds": [{"id": str(guild), "unavailable": True} for guild in guilds],
            "private_channels": [],
            "relationships": [],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.resume_url or f"{ours}/gateway/resume/",
            "shard": [*session.shard],
            "application": {"id": str(self.world.application), "flags": self.world.portal.flags},
        }
