"""What goes wrong in Discord, in the words of the port."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import MappingProxyType

import pytest
from discord_thread import Scene, scene

from adapters.ports.cards import Buttons, Card, CardKey
from adapters.ports.errors import Deleted, RateLimited, Rejected, SurfaceFault, Unanswered
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Place, Upload
from adapters.simulators.discord.buckets import Profile, Rate
from adapters.simulators.discord.faults import Broken, Dropped, Limited
from adapters.simulators.discord.faults import Unanswered as LostAnswer
from adapters.simulators.discord.permissions import Right
from adapters.testing.contract import answer, work

Do = Callable[[Scene, Place], Awaitable[object]]


async def post(there: Scene, place: Place) -> object:
    return await there.surface.post(place, answer("x"))


async def attach(there: Scene, place: Place) -> object:
    upload = Upload("a.txt", "text/plain", b"x")
    return await there.surface.attach(place, CardKey("file:1"), upload)


async def attach_much(there: Scene, place: Place) -> object:
    upload = Upload("a.bin", "application/zip", b"x" * (11 * 1024**2))
    return await there.surface.attach(place, CardKey("file:1"), upload)


async def edit(there: Scene, place: Place) -> object:
    return await there.surface.edit(await there.surface.post(place, work()), work())


async def find(there: Scene, place: Place) -> object:
    return await there.surface.find(place, answer("").key)


async def post_twice_the_same_button(there: Scene, place: Place) -> object:
    (buttons,) = [block for block in work().blocks if isinstance(block, Buttons)]
    card = Card(CardKey("x"), work().urgency, "live", (Buttons(buttons.row * 2),))
    return await there.surface.post(place, card)


@pytest.mark.parametrize(
    ("do", "without", "text"),
    [
        (post, Right.SEND_IN_THREADS, "Send Messages in Threads"),
        (post, Right.VIEW_CHANNEL, "View Channel"),
        (attach, Right.ATTACH_FILES, "Attach Files"),
        (find, Right.READ_HISTORY, "Read Message History"),
        (attach_much, Right(0), "10 MiB"),
        (post_twice_the_same_button, Right(0), r"components.*50035"),
    ],
)
async def test_what_will_never_be_done_says_why(do: Do, without: Right, text: str) -> None:
    async with scene() as there:
        place = await there.place()
        there.twin.forbid(there.twin.channel("general"), without)
        with pytest.raises(Rejected, match=rf"(?s){text}"):
            await do(there, place)


async def test_without_a_sight_of_the_channel_no_thread_is_opened() -> None:
    async with scene() as there:
        there.twin.forbid(there.twin.channel("general"), Right.VIEW_CHANNEL)
        with pytest.raises(Rejected, match="View Channel"):
            await there.place()


async def test_a_channel_that_forbids_threads_is_asked_each_time_but_lamented_once(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    async with scene() as there:
        there.twin.forbid(there.twin.channel("general"), Right.CREATE_PUBLIC_THREADS)
        await there.place()
        await there.place()
    assert (caplog.text + capsys.readouterr().out).count("Create Public Threads") == 1


@pytest.mark.parametrize("do", [post, find])
async def test_a_thread_that_is_gone_takes_nothing_more(do: Do) -> None:
    async with scene() as there:
        place = await there.place()
        there.twin.remove(there.channel(place))
        with pytest.raises(Rejected, match="no such channel"):
            await do(there, place)


async def test_a_message_of_a_thread_that_is_gone_is_gone() -> None:
    async with scene() as there:
        place = await there.place()
        ref = await there.surface.post(place, work())
        there.twin.remove(there.channel(place))
        with pytest.raises(Deleted):
            await there.surface.edit(ref, work())
        await there.surface.delete(ref)
        assert await there.surface.history(there.address, "") == ()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Broken(503), Unanswered),
        (Dropped(), Unanswered),
        (LostAnswer(), Unanswered),
        (Limited(45.0), RateLimited),
        (Limited(45.0, everywhere=True), RateLimited),
    ],
)
async def test_what_may_be_done_later(
    fault: Broken | Dropped | LostAnswer | Limited, kind: type[SurfaceFault]
) -> None:
    async with scene() as there:
        place = await there.place()
        there.twin.fail("send", fault)
        with pytest.raises(kind) as caught:
            await there.surface.post(place, work())
        assert there.twin.token not in f"{caught.value!r}{caught.value.__cause__!r}"
        if isinstance(caught.value, RateLimited):
            assert caught.value.retry_after == 45.0
            assert caught.value.rate_limit in there.surface.cost(there.address, "post", work())


async def test_a_short_refusal_is_waited_for_by_the_library() -> None:
    async with scene() as there:
        place = await there.place()
        there.twin.fail("send", Limited(0.001))
        assert await there.read(await there.surface.post(place, answer("x"))) == "x"


async def test_slow_mode_is_waited_for() -> None:
    async with scene() as there:
        place = await there.place()
        await there.surface.post(place, answer("x", 1))
        there.channel(place).slow = 60
        with pytest.raises(RateLimited):
            await there.surface.post(place, answer("y", 2))


async def test_too_many_edits_of_an_old_message_close_their_own_budget() -> None:
    old = Profile(MappingProxyType({"edit-old": Rate(3, 40.0)}))
    async with scene(old) as there:
        ref = await there.surface.post(await there.place(), work())
        there.clock.advance(7_200)
        for number in range(3):
            await there.surface.edit(ref, answer(str(number)))
        with pytest.raises(RateLimited) as caught:
            await there.surface.edit(ref, answer("x"))
        assert caught.value.rate_limit == RateLimit(
            f"discord/edit old/{ref.place.channel}", 3, 20.0
        )
        assert caught.value.rate_limit in there.surface.cost(
            there.address, "edit", answer("x"), ref
        )
