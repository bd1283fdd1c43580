"""`bot link`: the address that signs a browser in to the service that runs."""

from __future__ import annotations

import typer

from bot.composition import database_url
from bot.remote_session import address_in
from bot.web_token import local, token_of
from config.settings import Settings
from runtime.errors import DatabaseBusy, Misconfigured
from runtime.journal import exclusive


async def show_link(settings: Settings) -> int:
    """The exit code. Raises Misconfigured where nothing runs, or no token can be read."""
    token = token_of(settings)
    if not token.value:
        raise Misconfigured(_NOTHING)
    typer.echo(token.link(local(await _address(settings))))
    return 0


async def _address(settings: Settings) -> str:
    """Where the process that holds the database serves people."""
    try:
        async with exclusive(database_url(settings)):
            raise Misconfigured(_NOTHING)
    except DatabaseBusy as busy:
        address = address_in(busy)
    if address is None:
        raise Misconfigured("the process that uses this data folder serves no page")
    return address


_NOTHING = "no service runs on this data folder: start it with `python -m bot up`"
