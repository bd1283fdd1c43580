"""Who may speak to the server: the Host, the Origin, and the token."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import web

from runtime.errors import Misconfigured

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Access:
    """`hosts` are the names by which people reach the server, beside its own address. Raises
    Misconfigured where anybody on the network would be let in."""

    host: str = "127.0.0.1"
    token: str = field(default="", repr=False)
    hosts: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.token and not is_loopback(self.host):
            raise Misconfigured(
                f"web.host {self.host} lets the network in: set web.token (AETHER_WEB__TOKEN), or"
                " use 127.0.0.1"
            )

    def refusal(self, request: web.Request) -> str | None:
        """Why a request of a wrong host or origin is turned away. A page of another site may know
        our address, and a name of its own may lead here (DNS rebinding)."""
        if not self._is_ours(_name(request.host)):
            return "This server does not answer to that host name: add it to web.hosts."
        origin = request.headers.get("Origin")
        if origin is not None and origin.partition("://")[2] != request.host:
            return "Pages of other sites may not speak to this server."
        return None

    def _is_ours(self, name: str) -> bool:
        if name in _LOCAL or name == self.host or name in self.hosts:
            return True
        return bool(self.token) and _is_address(name)

    def signed_in(self, request: web.Request) -> bool:
        """Whether a browser brings the cookie that it got for the token, or none is needed."""
        return not self.token or _same(request.cookies.get(self.cookie_name, ""), self.cookie)

    def accepts(self, token: str) -> bool:
        return bool(self.token) and _same(token, self.token)

    @property
    def cookie_name(self) -> str:
        """Browsers keep cookies by host and not by port, where other services may answer."""
        return f"aether_{hashlib.sha256(self.cookie.encode()).hexdigest()[:8]}"

    @property
    def cookie(self) -> str:
        """What the browser keeps instead of the token itself."""
        return hmac.new(self.token.encode(), b"workbench", hashlib.sha256).hexdigest()


def _same(given: str, wanted: str) -> bool:
    # A header may have bytes that are no UTF-8; they are no token either.
    return hmac.compare_digest(given.encode(errors="surrogateescape"), wanted.encode())


def bearer(request: web.Request) -> str | None:
    """The token that a program sends, or None if it sends none."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else None


def _name(host: str) -> str:
    """The name without the port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
