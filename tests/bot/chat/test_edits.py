"""What people change or delete in a chat: a mention that is added calls once, the newest words
count, a request that is deleted ends its task."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chat_service import ANN, BOB, HERE, ChatHouse, words

from adapters.ports.cards import Note
from adapters.ports.inbound import Accepted, Deleted, Edited, Mention, Receipt, Reply
from bot.changes import STOPPED
from runtime.events import MessageEdited, Outcome, RunFinished, RunStarted
from runtime.ids import Actor
from runtime.ports import Message
from runtime.testing.model import Line

CALL = Line(calls=(("shell", {"command": "rm -rf build"}),))


def heard(messages: Sequence[Message]) -> Line:
    return Line(text=" | ".join(words(messages)))


def mention(text: str, message_id: str, actor: Actor = ANN) -> Mention:
    return Mention(HERE, actor, message_id, text, HERE.channel)


async def edit(service: ChatHouse, said: Mention | Reply, revision: str = "r1") -> Receipt:
    return await service.context.receive(Edited(said, revision))


async def runs(service: ChatHouse) -> int:
    return sum(isinstance(entry.fact, RunStarted) for entry in await service.entries())


async def test_a_mention_that_an_edit_adds_calls_once(tmp_path: Path) -> None:
    async with ChatHouse(tmp_path, [heard, heard]).open() as service:
        said = service.write("list primes")
        for revision, text in enumerate(("list primes", "list the primes", "list all primes")):
            await edit(service, mention(text, said.message_id), str(revision))
        await service.until(service.text)
        assert await runs(service) == 1


async def test_talk_becomes_a_call_by_an_edit(tmp_path: Path) -> None:
    async with ChatHouse(tmp_path, [Line(text="Hi."), heard, heard]).open() as service:
        await service.mention("hello")
        await service.until(service.text)
        said = service.write("@Bob list primes")
        assert await service.context.receive(said) == Accepted(aside=True)
        for revision in ("r1", "r2"):
            await edit(service, mention("list primes", said.message_id), revision)
        await service.until(lambda: "list primes" in service.text())
        assert await runs(service) == 2
        assert service.text().count("list primes") == 1


async def test_steering_that_is_changed_in_time_is_read_as_it_is_now(tmp_path: Path) -> None:
    async with ChatHouse(tmp_path, [CALL, heard]).open() as service:
        await service.mention("Start the server")
        buttons = await service.until(lambda: service.buttons("gate"))
        said = service.write("use port 8000")
        await service.context.receive(said)
        newer = Reply(HERE, ANN, said.message_id, "use port 9000", HERE.channel)
        receipt = await edit(service, newer)
        assert isinstance(receipt, Accepted)
        assert receipt.aside, "an edit shows no sign of its own"
        await service.press(buttons["Approve"])
        assert await service.until(service.text) == "Ann: Start the server | Ann: use port 9000"


async def test_nobody_changes_the_words_of_others(tmp_path: Path) -> None:
    async with ChatHouse(tmp_path, [CALL, heard]).open() as service:
        call = service.write("Start the server")
        await service.context.receive(mention(call.text, call.message_id))
        buttons = await service.until(lambda: service.buttons("gate"))
        await edit(service, Reply(HERE, BOB, call.message_id, "Stop the server", HERE.channel))
        await edit(service, Reply(HERE, ANN, call.message_id, "Start  the server", HERE.channel))
        await service.press(buttons["Approve"])
        assert await service.until(service.text) == "Ann: Start the server"
        assert not any(isinstance(e.fact, MessageEdited) for e in await service.entries())


async def test_a_request_that_is_deleted_ends_its_task_and_the_thread_says_so(
    tmp_path: Path,
) -> None:
    async with ChatHouse(tmp_path, [CALL]).open() as service:
        call = service.write("Start the server")
        await service.context.receive(mention(call.text, call.message_id))
        await service.until(lambda: service.buttons("gate"))
        gone = Deleted(HERE, Actor(id="platform"), call.message_id, HERE.channel)
        await service.context.receive(gone)
        told = await service.until(lambda: [c for c in service.cards("run") if c.state == "done"])
        assert any(isinstance(b, Note) and STOPPED in b.text for b in told[0].blocks)
        ends = [e.fact for e in await service.entries() if isinstance(e.fact, RunFinished)]
        assert [(end.outcome, end.reason) for end in ends] == [
            (Outcome.CANCELLED, "Stopped by Ann.")
        ]


async def test_only_the_request_ends_the_task(tmp_path: Path) -> None:
    async with ChatHouse(tmp_path, [CALL, heard]).open() as service:
        await service.mention("Start the server")
        buttons = await service.until(lambda: service.buttons("gate"))
        said = service.write("use port 8000")
        await service.context.receive(said)
        for message in (said.message_id, "4711"):
            gone = Deleted(HERE, ANN, message, HERE.channel)
            await service.context.receive(gone)
        await service.press(buttons["Approve"])
        assert await service.until(service.text) == "Ann: Start the server"


async def test_with_the_setting_a_task_outlives_its_request(tmp_path: Path) -> None:
    async with ChatHouse(tmp_path, [CALL, heard], stops_deleted=False).open() as service:
        call = service.write("Start the server")
        await service.context.receive(mention(call.text, call.message_id))
        buttons = await service.until(lambda: service.buttons("gate"))
        await service.context.receive(Deleted(HERE, ANN, call.message_id, HERE.channel))
        await service.press(buttons["Approve"])
        await service.until(service.text)
