"""Discord lets an application open some fifty threads in five minutes: all of them are opened, and
what cannot have one is answered in the channel, with a sentence why."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import MappingProxyType

import pytest
from discord_story import Story, is_answer, shown, story
from discord_thread import Scene, scene

from adapters.ports.cards import CardKey
from adapters.ports.errors import RateLimited, SurfaceFault, Unanswered
from adapters.ports.surface import Ref
from adapters.simulators.discord.buckets import REAL, Profile, Rate
from adapters.simulators.discord.faults import Broken, Delayed, Dropped, Fault, Limited, Refused
from adapters.simulators.discord.faults import Unanswered as LostAnswer
from adapters.testing.contract import answer
from runtime.clock import SystemClock
from runtime.events import Phase
from runtime.testing.model import Line

SHELL = Line(calls=(("shell", {"command": "rm -rf build"}),))


def few(calls: int) -> Profile:
    return Profile(MappingProxyType({"thread": Rate(calls, 300.0)}))


def limited(there: Story) -> list[str]:
    return [call.path for call in there.discord.calls if call.status == 429]


def said(there: Scene) -> list[str]:
    """What the bot says in the channel itself, but for answers."""
    spoken = there.twin.said(there.twin.channel("general"))
    return [message.content for message in spoken if message.content]


@pytest.mark.parametrize("mentions", [2, 50])
async def test_mentions_in_one_channel_are_all_answered_at_once(
    tmp_path: Path, mentions: int
) -> None:
    async with story(tmp_path, Line(text="Here."), profile=REAL, clock=SystemClock()) as there:
        asked = [there.call(f"Question {n}") for n in range(mentions)]

        def answered() -> bool:
            return all(m.thread and there.answers(m.thread) == "Here." for m in asked)

        await there.until(lambda: answered() or there.discord.said(there.general))
        assert limited(there) == []
        assert there.discord.said(there.general) == []


async def test_who_gets_no_thread_works_decides_and_reads_in_the_channel(tmp_path: Path) -> None:
    script = (SHELL, Line(text="Cleaned."))
    async with story(tmp_path, *script, profile=few(1)) as there:
        asked = [there.call("clean up"), there.call("clean up too")]
        why = await there.stands(there.general, "I cannot open a thread here")
        (second,) = [m for m in asked if why.reply and m.id == why.reply.message]
        (thread,) = [await there.thread(m) for m in asked if m is not second]
        await there.press(there.ann, there.general, "Approve")
        await there.answered(there.general, "Cleaned.")
        said = [m for m in there.discord.said(there.general) if is_answer(m)]
        assert [m.reply and m.reply.message for m in said] == [second.id]
        await there.press(there.ann, thread, "Approve")
        await there.answered(thread, "Cleaned.")
        await _third(there)


async def _third(there: Story) -> None:
    """Discord is not asked again, and people are not told again, before the window ends."""
    before = limited(there)
    there.call("and again")
    await there.press(there.ann, there.general, "Approve")
    await there.answered(there.general, "Cleaned.", "Cleaned.")
    assert limited(there) == before
    assert len([m for m in there.discord.said(there.general) if "cannot open" in shown(m)]) == 1


async def test_an_empty_bucket_is_known_without_asking() -> None:
    async with scene(few(1)) as there:
        general = there.twin.channel("general")
        beneath = [there.beneath(there.twin.say(there.ann, general, "hi")) for _ in range(3)]
        places = [await there.surface.open(address, "A task") for address in beneath]
        assert [place.channel == str(general.id) for place in places] == [False, True, True]
        assert there.twin.refused == {}
        assert len(said(there)) == 1


async def test_after_the_window_there_are_threads_again() -> None:
    async with scene() as there:
        there.twin.fail("thread", Limited(300.0), None, Limited(120.0))
        general = there.twin.channel("general")
        is_thread: list[bool] = []
        for seconds in (0, 299, 2, 1, 121):
            there.clock.advance(seconds)
            asked = there.twin.say(there.ann, general, "hi")
            place = await there.surface.open(there.beneath(asked), "A task")
            is_thread.append(place.channel == str(asked.id))
        assert is_thread == [False, False, True, False, True]
        assert len(said(there)) == 2, "each window once"


# (Discord's code, status, whether another title may help): "Opcodes and Status Codes".
REFUSALS = {
    "no permission": Refused(50013, 403),
    "no access": Refused(50001, 403),
    "two factor": Refused(60003, 403),
    "too many": Refused(160006),
    "announcements": Refused(160007),
    "kind of channel": Refused(50024),
    "title filtered": Refused(200001),
    "filtered": Refused(200000),
    "invalid": Refused(50035),
    "verification": Refused(40002, 403),
    "unknown": Refused(999_999),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_what_may_have_no_thread_is_answered_in_the_channel(refusal: Refused) -> None:
    async with scene() as there:
        there.twin.fail("thread", *[refusal] * 4)
        first, again = await there.place(), await there.place()
        assert first == again
        assert first.channel == str(there.twin.channel("general").id)
        await there.surface.post(first, answer("x"))
        (words,) = said(there)
        assert "thread" in words
        assert len(words) < 200


async def test_a_title_that_a_filter_refuses_is_left_out() -> None:
    async with scene() as there:
        there.twin.fail("thread", Refused(200001))
        assert there.channel(await there.place()).name == "Task"
        assert said(there) == []


@pytest.mark.parametrize("fault", [Broken(503), Dropped(), LostAnswer()])
async def test_one_answer_that_is_lost_costs_no_thread(fault: Fault) -> None:
    async with scene() as there:
        there.twin.fail("thread", fault)
        with pytest.raises(Unanswered):
            await there.place()
        assert (await there.place()).channel == str(there.called.id)


async def test_threads_that_are_never_answered_are_left_if_the_channel_works() -> None:
    async with scene() as there:
        there.twin.fail("thread", *[Broken(503)] * 9)
        there.twin.fail("send", Broken(503))
        assert [await _opens(there) for _ in range(4)] == [False, False, False, True]
        assert "Discord does not answer" in said(there)[0]


async def _opens(there: Scene) -> bool:
    try:
        await there.place()
    except SurfaceFault:
        return False
    return True


async def test_a_refusal_for_all_calls_is_waited_for() -> None:
    async with scene() as there:
        there.twin.fail("thread", Limited(45.0, everywhere=True))
        with pytest.raises(RateLimited):
            await there.place()
        assert said(there) == []


Do = Callable[[Scene, Ref, int], Awaitable[object]]
WINDOWS: dict[str, tuple[Rate, Do]] = {
    "send": (Rate(40, 600.0), lambda there, ref, n: there.surface.post(ref.place, answer("x", n))),
    "edit": (Rate(30, 280.0), lambda there, ref, n: there.surface.edit(ref, answer(str(n)))),
    "typing": (Rate(9, 219.0), lambda there, _, __: typing(there)),
    "history": (Rate(20, 61.0), lambda there, ref, _: there.surface.find(ref.place, CardKey("x"))),
}


async def typing(there: Scene) -> None:
    await there.surface.signal(there.address, None, Phase.THINKING)


@pytest.mark.parametrize("bucket", WINDOWS)
async def test_a_long_window_closes_nothing_before_its_calls_are_used_up(bucket: str) -> None:
    rate, do = WINDOWS[bucket]
    async with scene(Profile(MappingProxyType({bucket: rate}))) as there:
        ref = await there.surface.post(await there.place(), answer("0"))
        left = rate.calls - (bucket == "send")
        await asyncio.gather(*(do(there, ref, n + 1) for n in range(left)))
        for n in range(3):
            with pytest.raises(RateLimited) as caught:
                await do(there, ref, n + 900)
            assert rate.seconds - 30 < caught.value.retry_after <= rate.seconds
        assert there.twin.refused == {}


async def test_an_answer_that_comes_late_gives_no_calls_back() -> None:
    async with scene(Profile(MappingProxyType({"send": Rate(6, 300.0)}))) as there:
        place = await there.place()
        await there.surface.post(place, answer("0"))
        there.twin.fail("send", Delayed(4.0))
        late = asyncio.ensure_future(there.surface.post(place, answer("1", 1)))
        await there.twin.until(lambda: not there.twin.front.faults.waiting["send"])
        for number in range(2, 5):
            await there.surface.post(place, answer("x", number))
        there.clock.advance(4.0)
        await late
        await there.surface.post(place, answer("x", 5))
        with pytest.raises(RateLimited):
            await there.surface.post(place, answer("x", 6))
        assert there.twin.refused == {}
