"""Messages of the Discord surface, where the contract of all surfaces is silent: mentions, age,
archives, and what calls cost."""

from __future__ import annotations

from dataclasses import replace

import discord
import pytest
from discord_thread import scene, words

from adapters.discord.button_ids import decode
from adapters.discord.outbound.surface import DiscordSurface
from adapters.discord.render.file import filename
from adapters.ports.button import on_run
from adapters.ports.cards import (
    Button,
    Buttons,
    Card,
    CardKey,
    GateFacts,
    Heading,
    Operation,
    Urgency,
)
from adapters.ports.errors import Deleted, Rejected, Unanswered
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Ref, Upload
from adapters.simulators.discord.faults import Dropped
from adapters.simulators.discord.faults import Unanswered as LostAnswer
from adapters.testing.contract import RUN, answer, work
from runtime.approvals import Risk
from runtime.events import Phase
from runtime.ids import Address
from runtime.testing.clock import START, ManualClock

PNG = b"\x89PNG\r\n\x1a\n"


async def test_a_button_that_is_pressed_says_its_token() -> None:
    async with scene() as there:
        ref = await there.surface.post(await there.place(), work())
        stop = on_run(RUN, "stop")
        pressed = there.twin.click(there.ann, there.message(ref), f"aether:{stop}")
        assert decode(str(pressed.data["custom_id"])) == stop


def gate(person: str, text: str) -> Card:
    facts = GateFacts("shell", Risk.HIGH, text, f"{person} or {text}", START)
    blocks = (facts, Operation(text), Buttons((Button(text, on_run(RUN, "stop")),)))
    return Card(CardKey("gate:1"), Urgency.ACT, "open", blocks, notify=(person,))


async def test_only_who_must_act_is_called_and_only_once() -> None:
    async with scene() as there:
        ben = there.twin.person("Ben")
        hostile = f"@everyone @here {ben.mention} {there.twin.bot_role.mention}"
        place, ann = await there.place(), str(there.ann.id)
        asked = await there.surface.post(place, gate(ann, hostile))
        await there.surface.edit(asked, gate(ann, f"{hostile} again"))
        other = replace(work(), blocks=(Heading(hostile, Phase.THINKING),))
        shown = await there.surface.post(place, other)
        said = await there.surface.post(place, answer(hostile))
        await there.surface.edit(said, answer(f"{hostile} {there.ann.mention}"))
        assert there.message(asked).pinged == {there.ann.id}
        assert there.message(shown).pinged == there.message(said).pinged == frozenset()
        for ref in (asked, shown, said):
            for version in there.message(ref).versions:
                assert not version.body.mentions.everyone
                assert not version.body.mentions.roles
                assert ben not in version.body.mentions.users


async def test_a_picture_is_shown_and_a_file_can_be_taken() -> None:
    async with scene() as there:
        place = await there.place()
        picture = Upload("../scr een.png", "image/png", PNG)
        shown = await there.surface.attach(place, CardKey("file:1"), picture)
        taken = await there.surface.attach(
            place, CardKey("file:2"), Upload("SPOILER_übung.txt", "text/plain", b"x")
        )
        kinds = [there.message(ref).body.components[0]["type"] for ref in (shown, taken)]
        assert kinds == [12, 13]
        (kept,) = there.message(shown).body.attachments
        assert (kept.name, kept.data, kept.description) == ("scr_een.png", PNG, "../scr een.png")
        assert there.message(taken).body.attachments[0].name == "ubung.txt"
        assert words(there.message(shown)) == "-# ../scr een.png"


@pytest.mark.parametrize("name", ["SPOILER_SPOILER_a.txt", "._SPOILER_a.txt", "SPOILER_-a.txt"])
def test_no_name_hides_a_file(name: str) -> None:
    assert filename(name) == "a.txt"


async def test_a_lost_answer_does_not_double_a_message() -> None:
    async with scene() as there:
        place = await there.place()
        there.twin.fail("send", LostAnswer())
        with pytest.raises(Unanswered):
            await there.surface.post(place, answer("once"))
        again = await there.surface.post(place, answer("once"))
        assert [str(m.id) for m in there.twin.said(there.channel(place))] == [again.message]
        assert await there.surface.find(place, answer("").key) == again


async def test_a_deleted_message_comes_back_as_a_new_one() -> None:
    async with scene() as there:
        place = await there.place()
        ref = await there.surface.post(place, answer("one"))
        there.twin.delete(there.message(ref))
        with pytest.raises(Deleted):
            await there.surface.edit(ref, answer("two"))
        again = await there.surface.post(place, answer("two"))
        assert await there.read(again) == "two"


async def test_an_old_live_message_goes_on_in_a_new_one_once() -> None:
    async with scene() as there:
        place = await there.place()
        first = await there.surface.post(place, work())
        there.clock.advance(3_600)
        with pytest.raises(Deleted):
            await there.surface.edit(first, work())
        assert await there.read(first) == "This goes on in a newer message below."
        assert await there.surface.find(place, work().key) is None
        second = await there.surface.post(place, work())
        quote = there.message(second).reply
        assert quote is not None
        assert quote.message == there.message(first).id
        link = f"https://discord.com/channels/{there.twin.guild.id}/{place.channel}/"
        onward = f"This goes on in a newer message: {link}{there.message(second).id}"
        assert await there.read(first) == onward
        assert await there.surface.find(place, work().key) == second
        there.clock.advance(3_600)
        await there.surface.edit(second, work())


async def test_a_link_that_cannot_be_set_keeps_nobody_waiting() -> None:
    async with scene() as there:
        place = await there.place()
        first = await there.surface.post(place, work())
        there.clock.advance(3_600)
        with pytest.raises(Deleted):
            await there.surface.edit(first, work())
        there.twin.fail("edit", Dropped())
        second = await there.surface.post(place, work())
        assert await there.read(first) == "This goes on in a newer message below."
        assert await there.surface.find(place, work().key) == second


async def test_a_message_that_took_over_in_private_is_linked_too() -> None:
    async with scene() as there:
        direct = there.twin.direct(there.ann)
        address = Address(platform="discord", channel=str(direct.id), thread=str(direct.id))
        place = await there.surface.open(address, "x")
        first = await there.surface.post(place, work())
        there.clock.advance(3_600)
        with pytest.raises(Deleted):
            await there.surface.edit(first, work())
        await there.surface.post(place, work())
        assert f"https://discord.com/channels/@me/{direct.id}/" in str(await there.read(first))


async def test_an_old_message_may_have_its_last_word() -> None:
    async with scene() as there:
        ref = await there.surface.post(await there.place(), work())
        there.clock.advance(7_200)
        await there.surface.edit(ref, answer("done"))
        assert await there.read(ref) == "done"


@pytest.mark.parametrize("verb", ["edit", "delete", "signal", "post"])
async def test_an_archived_thread_is_opened_again(verb: str) -> None:
    async with scene() as there:
        place = await there.place()
        ref = await there.surface.post(place, work())
        thread = there.channel(place)
        said = there.twin.say(there.ann, thread, "and?")
        there.twin.archive(thread)
        match verb:
            case "edit":
                await there.surface.edit(ref, work())
            case "delete":
                await there.surface.delete(ref)
            case "signal":
                await there.surface.signal(there.address, str(said.id), Phase.THINKING)
            case _:
                await there.surface.post(place, answer("still here"))
        assert thread.thread is not None
        assert not thread.thread.archived


async def test_a_locked_thread_is_left_alone() -> None:
    async with scene() as there:
        place = await there.place()
        ref = await there.surface.post(place, work())
        there.twin.lock(there.channel(place))
        with pytest.raises(Rejected, match="locked"):
            await there.surface.post(place, answer("x"))
        there.twin.archive(there.channel(place))
        with pytest.raises(Rejected, match=r"Manage Threads|locked"):
            await there.surface.edit(ref, work())


async def test_nothing_of_ours_is_remembered_for_presses() -> None:
    """The library would keep every view with buttons for as long as the process lives."""
    async with scene() as there:
        ref = await there.surface.post(await there.place(), work())
        await there.surface.edit(ref, work())
        assert list(there.client.persistent_views) == []


async def test_frames_final_words_and_old_messages_have_budgets_of_their_own() -> None:
    async with scene() as there:
        place = await there.place()
        ref = Ref(place=place, message=str(discord.utils.time_snowflake(START)))

        def cost(card: Card) -> tuple[RateLimit, ...]:
            return there.surface.cost(there.address, "edit", card, ref)

        young = cost(work()), cost(answer("x"))
        there.clock.advance(3_600)
        old = cost(work()), cost(answer("x"))
        rates = [[(b.calls, b.window) for b in rate_limits] for rate_limits in (*young, old[0])]
        assert rates == [[(1, 1.1), (25, 1.0)], [(5, 5.0), (20, 1.0)], [(3, 20.0), (20, 1.0)]]
        assert old[0] == old[1]


@pytest.mark.parametrize("step", [-600.0, 90_000.0])
async def test_somebody_who_sets_our_clock_makes_no_message_older(step: float) -> None:
    """A card that looks older than an hour would go on in a second one."""
    async with scene() as there:
        ours = ManualClock()
        surface = DiscordSurface(there.client, ours)
        ref = await surface.post(await there.place(), work())
        ours.step(step)
        assert surface.cost(there.address, "edit", work(), ref)[0].name.startswith("discord/frame")
        await surface.edit(ref, replace(work(), blocks=(Heading("On", Phase.THINKING),)))
        ours.advance(3_600)
        assert surface.cost(there.address, "edit", work(), ref)[0].name.startswith(
            "discord/edit old"
        )
