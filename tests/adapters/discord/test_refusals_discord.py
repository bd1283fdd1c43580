"""What a refusal closes: calls of its own kind in its channel, and all only where it says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager

import pytest
from discord_sim_client import GIVE_UP
from discord_thread import Scene, scene

from adapters.discord.outbound.rate_limits import ALL
from adapters.pace.pacer import CallRequest, Pacer, Permit
from adapters.ports.cards import CardKey, Urgency
from adapters.ports.errors import RateLimited
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Ref, Verb
from adapters.simulators.discord.faults import Limited
from adapters.testing.contract import answer
from runtime.events import Phase

Do = Callable[[Scene, Ref], Awaitable[object]]


def permit(pacer: Pacer, cost: Sequence[RateLimit]) -> AbstractAsyncContextManager[Permit]:
    request = CallRequest(tuple(cost), Urgency.ACT, pacer.now())
    return pacer.permit(lambda: (request,), asyncio.Event())


async def test_a_refusal_delays_nobody_elsewhere() -> None:
    """No time passes by itself here: whoever waited would wait for ever."""
    async with scene() as there, asyncio.timeout(GIVE_UP):
        pacer, place = Pacer(there.clock), await there.place()
        there.twin.fail("send", Limited(300.0))
        with pytest.raises(RateLimited):
            async with permit(pacer, there.surface.cost(there.address, "post", answer("x"))):
                await there.surface.post(place, answer("x"))
        said = there.twin.say(there.ann, there.twin.channel("random"), there.twin.bot.mention)
        elsewhere = there.beneath(said)
        async with permit(pacer, there.surface.cost(elsewhere, "open")):
            place = await there.surface.open(elsewhere, "Another task")
        async with permit(pacer, there.surface.cost(elsewhere, "post", answer("x"))):
            ref = await there.surface.post(place, answer("x"))
        assert await there.read(ref) == "x"


REFUSED: dict[str, tuple[str, Verb, Do]] = {
    "post": ("send", "post", lambda there, ref: there.surface.post(ref.place, answer("y", 2))),
    "edit": ("edit", "edit", lambda there, ref: there.surface.edit(ref, answer("y"))),
    "delete": ("delete", "delete", lambda there, ref: there.surface.delete(ref)),
    "find": ("history", "find", lambda there, ref: there.surface.find(ref.place, CardKey("x"))),
    "read": ("history", "history", lambda there, ref: there.surface.history(there.address, "")),
    "type": ("typing", "signal", lambda there, ref: signal(there, None)),
    "react": ("reaction", "signal", lambda there, ref: signal(there, ref.message)),
}


async def signal(there: Scene, message: str | None) -> None:
    await there.surface.signal(there.address, message, Phase.THINKING)


@pytest.mark.parametrize("everywhere", [False, True])
@pytest.mark.parametrize(("bucket", "verb", "do"), REFUSED.values(), ids=REFUSED)
async def test_a_refusal_closes_what_the_call_costs(
    bucket: str, verb: Verb, do: Do, everywhere: bool
) -> None:
    async with scene() as there:
        ref = await there.surface.post(await there.place(), answer("x"))
        there.twin.fail(bucket, Limited(300.0, everywhere=everywhere))
        with pytest.raises(RateLimited) as caught:
            await do(there, ref)
        on_message = ref if verb in ("edit", "delete") or bucket == "reaction" else None
        own, *others = there.surface.cost(there.address, verb, answer("y"), on_message)
        assert caught.value.rate_limit == (ALL if everywhere else own)
        assert own is not ALL
        assert others == [ALL]
