"""One bad part never loses the whole: a file, a card or a kind of content that a platform does not
take keeps the answer from nobody."""

from __future__ import annotations

import asyncio
import itertools
from typing import ClassVar

from adapters_play import CALL, FILE, SESSION, started
from adapters_stage import ANSWERED, DONE, Stage

from adapters.ports.cards import Card, CardKey, Prose
from adapters.ports.errors import Unanswered, Unshowable
from adapters.ports.surface import Place, Ref, Upload
from adapters.reconcile.delivery import TRIES
from adapters.testing.memory import MemorySurface
from adapters.testing.virtual import run_virtual
from runtime.events import (
    Event,
    FileCreated,
    FileRef,
    Outcome,
    ResponseComplete,
    RunFinished,
    ToolCallStart,
)


def delivered(*names: str) -> list[Event]:
    files = (FileRef(name=name, artifact=FILE, size=1) for name in names)
    return [FileCreated(file=file, call_id=CALL) for file in files]


class BrokenUploads(MemorySurface):
    """The platform answers no upload of a file that is called so."""

    tried: ClassVar[list[float]] = []

    async def attach(self, place: Place, key: CardKey, file: Upload) -> Ref:
        if file.name != "bad.txt":
            return await super().attach(place, key, file)
        self.tried.append(asyncio.get_running_loop().time())
        raise Unanswered("Slack did not do it: internal_error")


def test_a_file_that_is_never_taken_is_tried_a_few_times_and_told() -> None:
    """The answer and the other files wait for nothing."""

    async def play() -> None:
        BrokenUploads.tried.clear()
        stage = Stage(started(), *delivered("bad.txt", "good.txt"), surface=BrokenUploads)
        stage.play.see(*DONE[1:])
        stage.process.settler.published(SESSION)
        await asyncio.sleep(2)
        assert "Forty-two." in " ".join(stage.said())
        assert any(isinstance(m.said[-1], Upload) for m in stage.books.standing().values())
        await asyncio.sleep(60)
        assert stage.process.quiet
        waits = [b - a for a, b in itertools.pairwise(BrokenUploads.tried)]
        assert len(waits) == TRIES - 1
        assert all(later > 1.5 * earlier for earlier, later in itertools.pairwise(waits))
        (note,) = [said for said in stage.said() if "cannot be shown" in said]
        assert "The file 'bad.txt'" in note
        assert "internal_error" in note
        stage.start()
        await stage.settle()
        assert len(BrokenUploads.tried) == TRIES, "a new process leaves it at that"

    run_virtual(play())


class SlowUploads(MemorySurface):
    async def attach(self, place: Place, key: CardKey, file: Upload) -> Ref:
        await self.clock.sleep(60.0)
        return await super().attach(place, key, file)


def test_an_answer_waits_for_no_upload() -> None:
    async def play() -> None:
        stage = Stage(started(), *delivered("large.bin"), surface=SlowUploads)
        stage.process.settler.published(SESSION)
        await asyncio.sleep(5)
        stage.play.see(*DONE[1:])
        await asyncio.sleep(2)
        assert "Forty-two." in " ".join(stage.said())
        await stage.settle()
        assert len(stage.books.standing()) == 2

    run_virtual(play())


class NoCards(MemorySurface):
    """One kind of message always fails."""

    async def post(self, place: Place, card: Card) -> Ref:
        if card.key.startswith("run:"):
            raise Unanswered("no answer")
        return await super().post(place, card)


def test_a_message_that_always_fails_keeps_the_answer_from_nobody() -> None:
    async def play() -> None:
        stage = Stage(started(), ToolCallStart(call_id=CALL, tool="shell", summary="ls"))
        stage.surface = NoCards
        stage.start()
        stage.process.settler.published(SESSION)
        await asyncio.sleep(40)  # it waits long by now
        stage.play.see(*ANSWERED[1:])
        await asyncio.sleep(2)
        assert "Forty-two." in " ".join(stage.said())
        await stage.process.kill()

    run_virtual(play())


class Particular(MemorySurface):
    """Takes nothing but short text."""

    async def post(self, place: Place, card: Card) -> Ref:
        if card.form != "pieces":
            raise Unshowable("post: bad content", "bad content")
        return await super().post(place, card)


def test_content_is_said_more_and_more_simply_until_it_is_taken() -> None:
    """A process that dies on the way leaves nothing behind that the next one would double."""

    async def play(killed: float | None) -> None:
        text = "".join(f"Sentence {n} of many. " for n in range(200))
        stage = Stage(started(), surface=Particular)
        stage.play.see(ResponseComplete(turn=1, text=text), RunFinished(outcome=Outcome.DONE))
        stage.process.settler.published(SESSION)
        if killed is not None:
            await asyncio.sleep(killed)
            await stage.process.kill()
            stage.start()
        await stage.settle()
        said = [message.said[-1] for message in stage.books.standing().values()]
        blocks = [card.blocks[0] for card in said if isinstance(card, Card)]
        assert "".join(block.source for block in blocks if isinstance(block, Prose)) == text
        assert len(stage.books.messages) == len(said) > 2

    for killed in (None, 0.15, 0.2, 0.3, 0.4, 0.7):
        run_virtual(play(killed))
