"""The workbench's token: the operator's (web.token), or one that is made once for a data folder."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from config.settings import Settings
from runtime.errors import Misconfigured

FILE = "web-token"
SHORTEST = 16
"""Characters. A shorter one of the operator's could be guessed through the network in time."""

_PREFIX = "aether_"  # by which logs know it: see bot.logs.redact


@dataclass(frozen=True, slots=True)
class WebToken:
    """`made`: just now, so nobody has been told yet."""

    value: str
    made: bool = False

    def link(self, address: str) -> str:
        """The address that signs a browser in. What stands behind # never travels, so no log and
        no proxy sees it."""
        return f"{address}/#token={self.value}"


def token_of(settings: Settings) -> WebToken:
    """The token of the service that runs on these settings, or "" where none was made yet. Raises
    Misconfigured."""
    if named := settings.web.token.get_secret_value():
        return WebToken(_long_enough(named))
    return WebToken(_read(settings.data_dir / FILE))


def made_token(settings: Settings) -> WebToken:
    """As `token_of`, made and kept (0600) if there is none. Raises Misconfigured."""
    token = token_of(settings)
    if token.value:
        return token
    made = WebToken(_PREFIX + secrets.token_urlsafe(32), made=True)
    path = settings.data_dir / FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            os.fchmod(descriptor, 0o600)
            file.write(made.value)
    except OSError as error:
        raise _unreadable(path, error) from None
    return made


def with_token(settings: Settings, token: WebToken) -> Settings:
    """The same settings, with this token in its place."""
    web = settings.web.model_copy(update={"token": SecretStr(token.value)})
    return settings.model_copy(update={"web": web})


def local(address: str) -> str:
    """The address as a browser on this machine reaches it: a service that listens on every
    interface is found on the loopback one."""
    parts = urlsplit(address)
    every = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  recognised, not listened on
    host = every.get(parts.hostname or "")
    return address if host is None else f"{parts.scheme}://{host}:{parts.port}"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from None


def _long_enough(token: str) -> str:
    if len(token) < SHORTEST:
        raise Misconfigured(
            f"web.token is too short: it needs at least {SHORTEST} characters that nobody can"
            " guess; without it one is made (AETHER_WEB__TOKEN)"
        )
    return token


def _unreadable(path: Path, error: Exception) -> Misconfigured:
    why = getattr(error, "strerror", None) or "it is not a text"
    return Misconfigured(
        f"the token of the workbench in {path} cannot be used ({why}): run as the account that"
        " started the service, or set web.token (AETHER_WEB__TOKEN)"
    )
