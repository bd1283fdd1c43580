"""What the Discord surface reads: what people wrote, and their files."""

from __future__ import annotations

from dataclasses import replace

import pytest
from discord_thread import scene

from adapters.ports.errors import Deleted, Rejected
from adapters.simulators.discord.call import Sent
from adapters.testing.contract import answer
from runtime.ids import Address


async def test_history_is_what_people_wrote() -> None:
    async with scene() as there:
        place = await there.place()
        thread = there.channel(place)
        ben = there.twin.person("Ben")
        first = there.twin.say(there.ann, thread, f"{there.twin.bot.mention} first")
        await there.surface.post(place, answer("mine"))
        there.twin.say(ben, thread, "second", files=[Sent("a.txt", b"a")])
        began, *every = await there.surface.history(there.address, "")
        assert began.message_id == str(there.called.id), "it stands in the channel"
        assert [(reply.actor.name, reply.text) for reply in every] == [
            ("Ann", "first"),
            ("Ben", "second"),
        ]
        later = await there.surface.history(there.address, str(first.id))
        assert later == tuple(every[1:])
        assert (await there.surface.history(there.address, "spoken-elsewhere"))[-2:] == tuple(every)
        assert later[0].channel == str(thread.id)
        assert await there.surface.fetch(later[0].files[0]) == b"a"


async def test_history_names_roles_and_leaves_ours_out() -> None:
    async with scene() as there:
        thread = there.channel(await there.place())
        team = there.twin.add_role("team", there.ann)
        there.twin.say(there.ann, thread, f"{there.twin.bot_role.mention} ask {team.mention}")
        _, reply = await there.surface.history(there.address, "")
        assert reply.text == "ask @team"


async def test_history_of_a_direct_message_is_its_end() -> None:
    async with scene() as there:
        direct = there.twin.direct(there.ann)
        address = Address(platform="discord", channel=str(direct.id), thread=str(direct.id))
        for number in range(60):
            there.twin.say(there.ann, direct, str(number))
        texts = [reply.text for reply in await there.surface.history(address, "")]
        assert texts == [str(number) for number in range(10, 60)]


async def test_files_are_read_from_discord_alone_and_only_so_far() -> None:
    async with scene() as there:
        place = await there.place()
        there.twin.say(there.ann, there.channel(place), "look", files=[Sent("a.bin", b"a" * 9)])
        *_, (file,) = [reply.files for reply in await there.surface.history(there.address, "")]
        for handle in ("http://127.0.0.1:1/a", "file:///etc/passwd", "", "https://example.org/a"):
            with pytest.raises(Rejected, match="server of Discord"):
                await there.surface.fetch(replace(file, handle=handle))
        with pytest.raises(Rejected, match="larger than 10 MiB"):
            await there.surface.fetch(replace(file, size=11 * 1024**2))
        there.clock.advance(3 * 86_400)
        with pytest.raises(Deleted):
            await there.surface.fetch(file)


async def test_a_file_of_ten_mebibytes_is_read_whole() -> None:
    async with scene() as there:
        place = await there.place()
        sent = Sent("a.bin", b"a" * (10 * 1024**2))
        there.twin.say(there.ann, there.channel(place), "look", files=[sent])
        *_, (file,) = [reply.files for reply in await there.surface.history(there.address, "")]
        assert len(await there.surface.fetch(file)) == 10 * 1024**2
