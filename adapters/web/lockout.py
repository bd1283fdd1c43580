"""Lockout: whoever sends wrong tokens waits, ever longer."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE = 5
"""Wrong tokens that cost nothing: people mistype."""

LONGEST = 300.0
"""Seconds, the longest wait. It starts at one second and doubles with each further wrong token."""

FORGOTTEN = 1800.0
"""Seconds without a wrong token after which a client starts anew."""

_CLIENTS = 4_096


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int
    last: float


class Lockout:
    """Counts wrong tokens of each client. While one waits, what it sends is not even looked at, so
    the wait bounds the number of guesses. The client that was longest silent is forgotten first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._clients: OrderedDict[str, _Failures] = OrderedDict()

    def wait(self, client: str) -> float:
        """Seconds until its next token is looked at; 0 for now."""
        found = self._clients.get(_network(client))
        if found is None or found.count < FREE:
            return 0.0
        lasts = min(2.0 ** (found.count - FREE), LONGEST)
        return max(0.0, found.last + lasts - self._clock())

    def failed(self, client: str) -> int:
        """A wrong token. How many that makes in a row."""
        name, now = _network(client), self._clock()
        before = self._clients.pop(name, None)
        count = before.count if before and now - before.last < FORGOTTEN else 0
        self._clients[name] = _Failures(count + 1, now)
        while len(self._clients) > _CLIENTS:
            self._clients.popitem(last=False)
        return count + 1

    def passed(self, client: str) -> None:
        """The right token."""
        self._clients.pop(_network(client), None)


def _network(client: str) -> str:
    """Whom an address stands for: of IPv6 everybody has 2^64, so its network counts."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if address.version == 4:
        return client
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
