"""What a platform's verbs raise, split by what the reconciler can do about it.

SurfaceFault
├── RateLimited   not done; the budget is closed for `retry_after` seconds
├── Unanswered    it may be done or not: the answer was lost (time-out, dropped socket, 500)
├── Deleted          the message does not exist any more
│   └── Immutable    it stands there, and can never be changed again
└── Rejected      not done, and the same call will never be: permission, closed thread, bad content
    └── Unshowable    the content is to blame: said in a simpler form it may be taken
"""

from __future__ import annotations

from adapters.ports.rate_limit import RateLimit
from runtime.errors import AetherError


class SurfaceFault(AetherError):
    """A platform did not do what was asked."""


class RateLimited(SurfaceFault):
    """Nothing was done. `retry_after` is in seconds."""

    def __init__(self, rate_limit: RateLimit, retry_after: float) -> None:
        super().__init__(f"{rate_limit.name} is refused for {retry_after:g} s")
        self.rate_limit, self.retry_after = rate_limit, retry_after


class Unanswered(SurfaceFault):
    """Nobody knows whether it was done: look before doing it again."""


class Deleted(SurfaceFault):
    """The message is deleted."""


class Immutable(Deleted):
    """The message stays as it is."""


class Rejected(SurfaceFault):
    """Asking again in the same words is of no use; the text says why, for the operator. `why` is
    for people, without the ids of the place: they are there."""

    def __init__(self, text: str, why: str = "") -> None:
        super().__init__(text)
        self.why = why or text


class Unshowable(Rejected):
    """The platform does not take what the message is made of. The place and the right to write in
    it are not the reason."""
