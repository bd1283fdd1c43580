"""What Discord will not take: the words are said in a simpler form, and one bad part keeps nothing
else back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from discord_story import is_answer, shown, story
from discord_thread import scene, words

from adapters.layout.forms import FORMS
from adapters.ports.cards import Card, CardKey, Form, Prose, Urgency
from adapters.ports.errors import Rejected, Unshowable
from adapters.ports.inbound import Attachment
from adapters.ports.surface import Upload
from adapters.simulators.discord.faults import Broken, Refused
from adapters.testing.contract import answer, work
from runtime.testing.model import Line

# (code, status) of "Opcodes and Status Codes", JSON error codes; the last ones nobody knows.
CONTENT = [
    (50035, 400),
    (40094, 400),
    (50006, 400),
    (50109, 400),
    (50080, 400),
    (50081, 400),
    (50138, 400),
    (20009, 403),
    (200000, 400),
    (200001, 400),
    (240000, 400),
    (30039, 400),
    (40005, 413),
    (0, 413),
    (50036, 400),
    (777_777, 400),
    (888_888, 403),
]
PLACE = [(50001, 403), (50013, 403), (160005, 400), (50007, 403), (10003, 404), (60003, 403)]


@pytest.mark.parametrize("verb", ["post", "edit"])
@pytest.mark.parametrize(("code", "status"), CONTENT)
async def test_a_refusal_of_the_content_may_be_said_more_simply(
    code: int, status: int, verb: str
) -> None:
    async with scene() as there:
        place = await there.place()
        ref = await there.surface.post(place, answer("x"))
        there.twin.fail("send" if verb == "post" else "edit", Refused(code, status))
        card = answer("y", 2)
        say = there.surface.post(place, card) if verb == "post" else there.surface.edit(ref, card)
        with pytest.raises(Unshowable):
            await say


@pytest.mark.parametrize(("code", "status"), PLACE)
async def test_a_refusal_of_the_place_is_final(code: int, status: int) -> None:
    async with scene() as there:
        place = await there.place()
        there.twin.fail("send", Refused(code, status))
        with pytest.raises(Rejected) as caught:
            await there.surface.post(place, answer("y"))
        assert not isinstance(caught.value, Unshowable)


@pytest.mark.parametrize("form", FORMS)
async def test_every_form_is_taken_and_found_again(form: Form) -> None:
    async with scene() as there:
        place = await there.place()
        for number, card in enumerate((work(), answer("| a | b |\n|---|---|\n| 1 | *2* |"))):
            key = CardKey(f"form:{number}")
            simple = Card(key, Urgency.ANSWER, card.state, card.blocks, form=form)
            ref = await there.surface.post(place, simple)
            await there.surface.edit(ref, simple)
            assert await there.surface.find(place, key) == ref
            assert len(words(there.message(ref))) > 5


async def test_simple_words_are_shown_letter_by_letter() -> None:
    async with scene() as there:
        text = "a || b <@123> @everyone `x` # y"
        card = Card(CardKey("x"), Urgency.ANSWER, "done", (Prose(text, text),), form="plain")
        ref = await there.surface.post(await there.place(), card)
        assert "\\|\\|" in words(there.message(ref))
        assert there.message(ref).pinged == frozenset()


@pytest.mark.parametrize("refusals", [1, 2, 3, 4])
async def test_an_answer_that_is_refused_comes_in_another_form(
    tmp_path: Path, refusals: int
) -> None:
    async with story(tmp_path, Line(text="The **answer** is 42.", pieces=1)) as there:
        there.discord.fail("send", *[Refused(50035)] * refusals)
        thread = await there.thread(there.call("what?"))
        plain = str.maketrans("", "", "*\\")
        await there.until(lambda: there.answers(thread).translate(plain) == "The answer is 42.")
        assert len([m for m in there.discord.said(thread) if is_answer(m)]) == 1


async def test_what_is_refused_in_every_form_is_named(tmp_path: Path) -> None:
    async with story(tmp_path, Line(text="Blocked words.", pieces=1)) as there:
        there.discord.fail("send", *[Refused(200000)] * 5)
        thread = await there.thread(there.call("what?"))
        told = await there.stands(thread, "cannot be shown here")
        assert "filter" in shown(told)


async def test_a_file_that_does_not_go_up_keeps_no_message_waiting() -> None:
    """discord.py tries for 25 seconds what is answered with 500, in its place in the bucket."""
    async with scene() as there:
        place = await there.place()
        await there.surface.post(place, answer("x"))
        there.twin.fail("send", Broken(500))
        upload = Upload("a.txt", "text/plain", b"x")
        attaching = asyncio.ensure_future(there.surface.attach(place, CardKey("file:1"), upload))
        await there.twin.until(lambda: not there.twin.front.faults.waiting["send"])
        await there.surface.post(place, answer("y", 2))
        assert not attaching.done()
        await attaching


@pytest.mark.parametrize("fault", [Refused(40005, 413), Refused(50035), Refused(200000)])
async def test_a_file_that_is_refused_is_no_matter_of_form(fault: Refused) -> None:
    async with scene() as there:
        place = await there.place()
        there.twin.fail("send", fault)
        upload = Upload("a.txt", "text/plain", b"x")
        with pytest.raises(Rejected) as caught:
            await there.surface.attach(place, CardKey("file:1"), upload)
        assert not isinstance(caught.value, Unshowable)


@pytest.mark.parametrize("handle", ["", "http://[", "ftp://x", "//\x00", "https://cdn.example/x"])
async def test_a_file_without_a_proper_address_is_refused_as_one_file(handle: str) -> None:
    async with scene() as there:
        with pytest.raises(Rejected, match="notes"):
            await there.surface.fetch(Attachment(handle, "notes.txt", 1))
