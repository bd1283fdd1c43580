"""Which thread an order is about that was given outside of it: in a channel, in a direct message,
or as a command that the platform does not offer inside threads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.commands import Order
from adapters.layout.excerpt import one_line
from adapters.open_threads import OpenThread, open_threads
from adapters.ports.inbound import InfoReply, Refused
from adapters.text import clean, lasted, waiting_for
from runtime.ids import Actor, Address
from runtime.ports import Sessions

_NOTHING = {
    "grants": "No permissions are in force in this channel.",
    "revoke": "No permissions are in force in this channel.",
    "status": "Nothing is open in this channel.",
}


async def target(
    sessions: Sessions, now: datetime, place: Address, order: Order, actor: Actor, sigil: str = ""
) -> OpenThread | Refused | InfoReply:
    """The one thread that the order fits, else what its giver is told. Where none in
    the channel fits, it is their own one elsewhere. `sigil` stands before a command of this door
    ("/aether "). Raises AetherError."""
    here = (await open_threads(sessions, now, place.platform, place.team, place.channel)).found
    found = _fitting(here, order)
    if not found and not order.code:
        everywhere = (await open_threads(sessions, now, place.platform, place.team)).found
        found = [t for t in _fitting(everywhere, order) if _is_of(t, actor)]
    if len(found) == 1:
        return found[0]
    return _which(found or (here if order.code else ()), order, sigil, now)


def _is_of(thread: OpenThread, actor: Actor) -> bool:
    return thread.view.run is not None and thread.view.run.requester.id == actor.id


def _fitting(threads: Sequence[OpenThread], order: Order) -> list[OpenThread]:
    """Where the order has something to do: a permission that is left over is nothing to stop."""
    if order.code:
        return [thread for thread in threads if thread.code == order.code]
    if order.spec.word in ("grants", "revoke"):
        return [thread for thread in threads if thread.grants]
    running = [thread for thread in threads if thread.run is not None]
    return list(threads) if order.spec.word == "status" and not running else running


def _which(
    threads: Sequence[OpenThread], order: Order, sigil: str, now: datetime
) -> Refused | InfoReply:
    word = order.spec.word
    if not threads:
        return Refused(_NOTHING.get(word, "Nothing is running in this channel."))
    said = (
        f"No task here is called #{order.code}." if order.code else "There are several: name one."
    )
    rows = "\n".join(_row(thread, now) for thread in threads)
    example = " ".join(filter(None, (f"{sigil}{word}", order.rest, f"#{threads[0].code}")))
    return InfoReply("Open here", f"{said}\n{rows}\nFor example: `{example}`")


def _row(thread: OpenThread, now: datetime) -> str:
    run, title = thread.run, called(thread)
    if run is None:
        return f"`#{thread.code}` {title}: over, {len(thread.grants)} permissions in force"
    state = one_line(waiting_for(run.waits_for), 80) if run.waiting else "Running"
    return f"`#{thread.code}` {title}: {state}, {lasted(run.work(now))} of work"


def called(thread: OpenThread) -> str:
    """Its title on one line, without marks that would format it."""
    return one_line(clean(thread.title).replace("`", "'"), 80)
