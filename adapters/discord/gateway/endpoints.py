"""Where discord.py looks for Discord.

The library keeps both addresses as attributes of its classes and takes none in its constructors,
so a process has one pair of them; nothing else of the library is changed.
"""

from __future__ import annotations

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.settings import DiscordSettings

_REST, _GATEWAY = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY


def point_at(settings: DiscordSettings) -> None:
    """For all clients of this process, from their next request on."""
    Route.BASE = settings.rest_url.rstrip("/") or _REST
    DiscordWebSocket.DEFAULT_GATEWAY = (
        yarl.URL(settings.gateway_url) if settings.gateway_url else _GATEWAY
    )
