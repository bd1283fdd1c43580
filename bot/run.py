"""`bot run`: a person, a terminal, a session."""

from __future__ import annotations

import asyncio
import getpass
import os
import secrets
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from bot.composition import AT_HOME, open_service
from bot.remote_session import RemoteActions, address_in, attached
from bot.service import Service
from bot.terminal.client import Client
from bot.terminal.keyboard import HANGUP, INTERRUPT, Key, Pipe, Terminal
from bot.terminal.lines import line
from bot.terminal.painter import ColourPainter, Painter, PlainPainter
from bot.web_token import local, token_of
from config.settings import Settings
from runtime.clock import SystemClock
from runtime.errors import DatabaseBusy, Misconfigured
from runtime.ids import Actor, Address, session_id

_GRACE = 2.0  # seconds for the running step when a person leaves; the record goes on with it


async def talk(settings: Settings, task: str, session: str) -> int:
    """Say `task` (or nothing) in a session (or a new one) and follow it. The exit code."""
    try:
        return await _talk_here(settings, task, session)
    except DatabaseBusy as busy:
        url = address_in(busy)
        if url is None:
            raise
        return await _talk_there(settings, task, session, url)


async def _talk_there(settings: Settings, task: str, session: str, url: str) -> int:
    """With the service that holds the database, as a page would."""
    terminal, token = _desktop(), token_of(settings).value
    async with attached(local(url), token, session, settings.data_dir) as router:
        address = await router.address()
        where = f"{url}/s/{session_id(address)}"
        await terminal.show((line((f"The service that runs does this: {where}", "dim")),))
        clock, person = SystemClock(), _person()
        actions = RemoteActions(router, address, person, clock)
        client = Client(router, terminal, address, person, clock, actions)
        with _signals(client.press):
            return await client.run(task)


async def _talk_here(settings: Settings, task: str, session: str) -> int:
    terminal = _desktop()
    async with open_service(settings, _GRACE) as service:
        address = await address_of(service, session)
        back = f"come back with: python -m bot run --session {session_id(address)}"
        await terminal.show((line((service.why, "dim")), line((back, "dim"))))
        client = Client(service, terminal, address, _person(), SystemClock())
        with _signals(client.press):
            return await client.run(task)


def _desktop() -> Terminal:
    colour = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    painter: Painter = ColourPainter(sys.stdout) if colour else PlainPainter(sys.stdout)
    if not (colour and sys.stdin.isatty()):
        return Pipe(painter)
    from bot.terminal.prompt import Prompt  # slow to import, and only here of use

    return Prompt(painter)


async def address_of(service: Service, session: str) -> Address:
    """Of an existing session, or of a new one. Raises Misconfigured."""
    if not session:
        return Address(platform="terminal", thread=secrets.token_hex(8))
    row = await service.find(session)
    if row is None:
        raise Misconfigured(
            f"there is no session {session!r}, or more than one begins so: "
            "`python -m bot sessions` lists them"
        )
    if row.address.platform not in AT_HOME:
        # Nobody there would see what is said and done here.
        raise Misconfigured(
            f"session {session!r} lives in {row.address.platform.title()}, which only the service "
            "reaches: start it (`python -m bot up`) and come back, or look at the session with "
            f"`python -m bot replay {session}`"
        )
    return row.address


def _person() -> Actor:
    """The local operator: whoever the operating system says is sitting here."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user without a name
        name = str(os.getuid())
    return Actor(id=name, name=name, local=True)


_KEYS: dict[signal.Signals, Key] = {
    signal.SIGINT: INTERRUPT,
    signal.SIGTERM: HANGUP,
    signal.SIGHUP: HANGUP,
}


@contextmanager
def _signals(press: Callable[[Key], None]) -> Generator[None]:
    """Signals are keys too."""
    loop = asyncio.get_running_loop()
    for number, key in _KEYS.items():
        loop.add_signal_handler(number, press, key)
    try:
        yield
    finally:
        for number in _KEYS:
            loop.remove_signal_handler(number)
