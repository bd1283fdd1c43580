"""What every surface keeps, as plain async checks: run `CONTRACT` against yours.

@pytest.mark.parametrize("keeps", CONTRACT, ids=lambda keeps: keeps.__name__)
async def test_contract(keeps: Check, ...) -> None:
    await keeps(Subject(surface, address, read))
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from adapters.ports.button import on_run
from adapters.ports.cards import (
    Block,
    Button,
    Buttons,
    Card,
    CardKey,
    Heading,
    Prose,
    Thinking,
    Urgency,
)
from adapters.ports.errors import Deleted
from adapters.ports.surface import Place, Ref, Surface, Upload, Verb
from runtime.events import Phase
from runtime.ids import Address, RunId

RUN = RunId("0123456789abcdef01234567.1")


@dataclass(frozen=True, slots=True)
class Subject:
    """A connected surface, an empty thread, and a way to read what people see of a message: its
    plain text, or None if it does not stand there."""

    surface: Surface
    address: Address
    read: Callable[[Ref], Awaitable[str | None]]

    async def place(self) -> Place:
        return await self.surface.open(self.address, "A task")


Check = Callable[[Subject], Awaitable[None]]


def answer(text: str, number: int = 1) -> Card:
    key = CardKey(f"answer:{RUN}:1:{number}")
    return Card(key, Urgency.FINAL, "done", (Prose(text, text),))


def work() -> Card:
    blocks: tuple[Block, ...] = (
        Heading("Look around", Phase.THINKING),
        Thinking(("hm",), None),
        Buttons((Button("Stop", on_run(RUN, "stop"), "danger"),)),
    )
    return Card(CardKey(f"run:{RUN}"), Urgency.WORK, "live", blocks)


async def opens_the_same_place_twice(subject: Subject) -> None:
    first = await subject.place()
    assert first == await subject.place()
    assert first.address == subject.address


async def posts_what_is_read(subject: Subject) -> None:
    ref = await subject.surface.post(await subject.place(), answer("Forty-two."))
    assert "Forty-two." in (await subject.read(ref) or "")


async def keeps_refs_through_json(subject: Subject) -> None:
    posted = await subject.surface.post(await subject.place(), answer("before"))
    ref = Ref.model_validate_json(posted.model_dump_json())
    await subject.surface.edit(ref, answer("after"))
    assert "after" in (await subject.read(posted) or "")


async def edits_in_place(subject: Subject) -> None:
    place = await subject.place()
    ref = await subject.surface.post(place, answer("one"))
    await subject.surface.edit(ref, answer("two"))
    text = await subject.read(ref) or ""
    assert "two" in text
    assert "one" not in text
    assert await subject.surface.find(place, answer("").key) == ref


async def renders_a_card_of_work(subject: Subject) -> None:
    ref = await subject.surface.post(await subject.place(), work())
    assert "Look around" in (await subject.read(ref) or "")


async def finds_by_key_alone(subject: Subject) -> None:
    place = await subject.place()
    assert await subject.surface.find(place, work().key) is None
    ref = await subject.surface.post(place, work())
    other = await subject.surface.post(place, answer("x"))
    assert await subject.surface.find(place, work().key) == ref
    assert await subject.surface.find(place, answer("").key) == other


async def finds_what_another_connection_would(subject: Subject) -> None:
    """A part whose key is the beginning of another's is not taken for it."""
    place = await subject.place()
    await subject.surface.post(place, answer("eleven", 11))
    assert await subject.surface.find(place, answer("", 1).key) is None


async def deletes_once_and_again(subject: Subject) -> None:
    place = await subject.place()
    ref = await subject.surface.post(place, answer("x"))
    await subject.surface.delete(ref)
    await subject.surface.delete(ref)
    assert await subject.read(ref) is None
    assert await subject.surface.find(place, answer("").key) is None


async def says_what_is_gone(subject: Subject) -> None:
    ref = await subject.surface.post(await subject.place(), answer("x"))
    await subject.surface.delete(ref)
    try:
        await subject.surface.edit(ref, answer("y"))
    except Deleted:
        return
    raise AssertionError("an edit of a deleted message did not raise Deleted")


async def attaches_files(subject: Subject) -> None:
    place, key = await subject.place(), CardKey(f"file:{RUN}:1")
    upload = Upload("plan ☂ \u202e.txt", "text/plain", b"a file\n")
    ref = await subject.surface.attach(place, key, upload)
    assert await subject.surface.find(place, key) == ref


async def signals_twice(subject: Subject) -> None:
    for phase in (Phase.THINKING, Phase.THINKING, Phase.PAUSED, Phase.IDLE):
        await subject.surface.signal(subject.address, None, phase)


async def takes_a_full_message(subject: Subject) -> None:
    text = "wörd " * (subject.surface.limits.text // 5)
    ref = await subject.surface.post(await subject.place(), answer(text))
    assert text.strip() in " ".join((await subject.read(ref) or "").split())


async def names_what_calls_cost(subject: Subject) -> None:
    """The same call costs the same: budgets are values."""
    card = work()
    ref = await subject.surface.post(await subject.place(), card)
    verbs: tuple[Verb, ...] = (
        "open", "signal", "post", "edit", "delete", "find", "attach", "history",
    )  # fmt: skip
    for verb in verbs:
        cost = subject.surface.cost(subject.address, verb, card, ref)
        assert cost == subject.surface.cost(subject.address, verb, card, ref)
        assert all(rate_limit.calls >= 1 and rate_limit.window > 0 for rate_limit in cost)


async def leaves_own_messages_out_of_history(subject: Subject) -> None:
    await subject.surface.post(await subject.place(), answer("mine"))
    assert all("mine" not in r.text for r in await subject.surface.history(subject.address, ""))


async def treats_hostile_text_as_text(subject: Subject) -> None:
    """Nobody is called by what a model writes; a renderer's tests look at the payload itself."""
    hostile = "<!channel> @everyone <@U1> \x1b[2J <script>alert(1)</script> ```"
    card = replace(work(), blocks=(Heading(hostile, Phase.THINKING), Thinking((hostile,), None)))
    assert await subject.read(await subject.surface.post(await subject.place(), card)) is not None


CONTRACT: tuple[Check, ...] = (
    opens_the_same_place_twice,
    posts_what_is_read,
    keeps_refs_through_json,
    edits_in_place,
    renders_a_card_of_work,
    finds_by_key_alone,
    finds_what_another_connection_would,
    deletes_once_and_again,
    says_what_is_gone,
    attaches_files,
    signals_twice,
    takes_a_full_message,
    names_what_calls_cost,
    leaves_own_messages_out_of_history,
    treats_hostile_text_as_text,
)
