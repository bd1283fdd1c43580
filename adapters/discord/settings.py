"""What the adapter must be told about one Discord app."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """The token never shows in a repr. `rest_url` (as `https://host/api/v10`) and `gateway_url`
    (as `wss://host/`) are for those who reach Discord through another host; "" is Discord itself.

    Discord asks for several `shards` from 2,500 servers on; 0 and 1 both mean one connection.
    """

    token: str = field(repr=False)
    rest_url: str = ""
    gateway_url: str = ""
    shards: int = 0
