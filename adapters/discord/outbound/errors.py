"""Discord's errors in the words of the port. No text of ours holds a token: the library's errors
quote Discord's answer, never the request."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import aiohttp
import discord
import structlog

from adapters.discord.gateway.refusals import forget, is_for_all
from adapters.discord.outbound.rate_limits import ALL
from adapters.ports.errors import (
    Deleted,
    RateLimited,
    Rejected,
    SurfaceFault,
    Unanswered,
    Unshowable,
)
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Verb

log = structlog.get_logger(__name__)

# "Opcodes and Status Codes", JSON error codes.
UNKNOWN_MESSAGE, NO_ACCESS, NO_PERMISSION, WRONG_CHANNEL = 10008, 50001, 50013, 50024
THREAD_ARCHIVED, THREAD_EXISTS, TOO_MANY_THREADS = 50083, 160004, 160006
_CLOSED = (NO_ACCESS, NO_PERMISSION, 160005)
_PATIENCE = 20.0  # seconds after a refusal that names none: the longest window (budgets.py)
_LOOKS = ("signal", "edit", "delete", "history")  # where what is not there may be Deleted

_PERMISSIONS: dict[Verb, str] = {
    "open": "Create Public Threads",
    "signal": "Add Reactions, Read Message History",
    "post": "Send Messages in Threads (Send Messages where there is no thread)",
    "attach": "Attach Files, Send Messages in Threads",
    "edit": "View Channel",
    "delete": "View Channel",
    "find": "Read Message History",
    "history": "Read Message History",
}


_SAYING = ("post", "edit")
# Other refusals of a message that are about who writes where. Discord's list is not complete: an
# unknown one is taken for one about content, which costs a few calls; the other mistake would cost
# the answer.
_CONTENT = (400, 403, 413, 422)
_PLACES = frozenset(
    {*_CLOSED, 10003, 10004, 20001, 20012, 20022, 40001, 40002, 40003, 40004, 40007, 40058}
    | {50002, 50003, 50005, 50007, 50008, 50009, 50010, 50012, 50014, 50024, 50025, 50083, 50278}
    | {60003, 160002, 160006, 160007, 130000}
)


class Closed(Rejected):
    """The place takes no message of ours: a right is missing there, or it is locked."""


@contextmanager
def translated(verb: Verb, channel: str, rate_limit: RateLimit) -> Generator[None]:
    """Raises SurfaceFault for what goes wrong inside. `budget` is what a refusal closes that is not
    meant for all calls."""
    forget()
    try:
        yield
    except discord.RateLimited as error:
        raise RateLimited(ALL if is_for_all() else rate_limit, error.retry_after) from None
    except discord.HTTPException as error:
        raise _fault(error, verb, channel, rate_limit) from None
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Unanswered(f"{verb}: Discord did not answer ({type(error).__name__})") from None


def _fault(
    error: discord.HTTPException, verb: Verb, channel: str, rate_limit: RateLimit
) -> SurfaceFault:
    where = f"{verb} in channel {channel}"
    if error.status == 429:  # also slow mode, and too many edits of old messages
        return RateLimited(ALL if is_for_all() else rate_limit, _retry_after(error))
    if error.status >= 500:
        return Unanswered(f"{where}: Discord answered {error.status}")
    if error.status == 404 and verb in _LOOKS:
        return Deleted(f"{where}: it does not exist ({error.code})")
    why = _reason(error, verb)
    if verb in _SAYING and error.status in _CONTENT and error.code not in _PLACES:
        return Unshowable(f"{where}: {why}", why)
    kind = Closed if verb == "post" and error.code in _CLOSED else Rejected
    return kind(f"{where}: {why}", why)


def _reason(error: discord.HTTPException, verb: Verb) -> str:
    match error.code:
        case 10003:
            return "there is no such channel or thread any more (10003)"
        case code if code == NO_ACCESS:
            return "the bot cannot see it; give it View Channel there (50001)"
        case code if code == NO_PERMISSION:
            return f"the bot lacks a permission; give it {_PERMISSIONS[verb]} (50013)"
        case 160005:
            return "the thread is locked; give the bot Manage Threads, or unlock it (160005)"
        case 40005:
            return "the file is larger than this server takes, 10 MiB without boosts (40005)"
        case 200000 | 240000:
            return f"a filter of the server blocks this text ({error.code})"
        case 50035:
            log.error("discord.invalid", verb=verb, why=error.text)
            return f"Discord does not take the message: {error.text} (50035)"
        case _ if error.status == 413:
            return "the file is larger than Discord takes, 10 MiB without boosts (413)"
        case _:
            return f"Discord refuses: {error.text} ({error.status}, {error.code})"


def _retry_after(error: discord.HTTPException) -> float:
    """The library keeps only the header of what it does not retry itself."""
    value = error.response.headers.get("Retry-After", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        return _PATIENCE
