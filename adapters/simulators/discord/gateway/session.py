"""A session: what was sent to one shard, so that it can be sent again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from adapters.simulators.discord.payload import Json


@dataclass(frozen=True, slots=True)
class Close:
    """The end of a connection. `code` None drops it without a word."""

    code: int | None = None


Outgoing = Json | Close


@dataclass(slots=True, eq=False)
class Session:
    """`log` holds every dispatch; its place in it is its sequence number less one. `outbox` is
    the connection that listens now."""

    id: str
    intents: int
    shard: tuple[int, int]
    log: list[Json] = field(default_factory=list[Json])
    outbox: asyncio.Queue[Outgoing] | None = None
    resumable: bool = True

    def dispatch(self, name: str, data: Json) -> None:
        frame: Json = {"op": 0, "t": name, "s": len(self.log) + 1, "d": data}
        self.log.append(frame)
        if self.outbox:
            self.outbox.put_nowait(frame)

    def serves(self, guild: int | None) -> bool:
        """Direct messages go to the first shard (docs: Gateway, Sharding)."""
        number, count = self.shard
        return (guild >> 22) % count == number if guild else number == 0
