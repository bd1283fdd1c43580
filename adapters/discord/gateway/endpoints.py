"""Where discord.py looks for Discord.

The library keeps both addresses as attributes of its classes and takes none in its constructors,
so a process has one pair of them. Nothing else of the library is changed but where it resumes.
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


def stay(socket: DiscordWebSocket) -> None:
    """Before a socket connects again: READY named a host of Discord's to resume at, and who reaches
    Discord through another host may not reach that one."""
    if DiscordWebSocket.DEFAULT_GATEWAY != _GATEWAY:
        socket.gateway = DiscordWebSocket.DEFAULT_GATEWAY
