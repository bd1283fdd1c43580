"""A thread that was there before the agent was called: context, bounded, and no task."""

from __future__ import annotations

from pathlib import Path

from chat_service import ANN, BOB, HERE, ChatHouse, words
from hypothesis import given
from hypothesis import strategies as st

from adapters.ports.inbound import Attachment, Mention, Refused, Reply
from bot.chat.thread_history import CHARACTERS, MESSAGES, OF_ONE, past
from runtime.testing.model import Line


def reply(number: int, text: str = "x", files: tuple[Attachment, ...] = ()) -> Reply:
    return Reply(HERE, BOB, str(number), text, HERE.channel, files)


async def test_the_first_call_brings_the_thread_with_its_authors(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="I see."), Line(text="Yes.")])
    async with service.open():
        service.write("The build is red", BOB)
        service.write("Since Tuesday", ANN)
        await service.mention("Look into it")
        await service.until(lambda: service.text() == "I see.")
        assert await service.heard() == ["Look into it"], "what was said before is no task"
        await service.mention("And now?")
        await service.until(lambda: service.text() == "I see.|Yes.")
    first, second = map(words, service.model.asked)
    assert first == [
        "[What people said in this thread before you were called. It is context, not your task.]",
        "Bob: The build is red",
        "Ann: Since Tuesday",
        "[Here you are called:]",
        "Ann: Look into it",
    ]
    assert second == [*first, "Ann: And now?"], "once, and the same after that"


async def test_a_new_thread_has_no_past(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="Hello.")])
    async with service.open():
        await service.mention("Hi")
        await service.until(lambda: service.text() == "Hello.")
    assert words(service.model.asked[0]) == ["Ann: Hi"]
    assert "history" not in service.books.calls[:3], "nobody waits for what cannot be there"


async def test_a_call_without_words_is_about_the_question_above(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="It is the cache.")])
    async with service.open():
        service.write("Why is the build red?", BOB)
        await service.mention("")
        await service.until(lambda: service.text() == "It is the cache.")
    *_, bob, _, call = words(service.model.asked[0])
    assert bob == "Bob: Why is the build red?"
    assert "called without words" in call


async def test_a_call_without_words_where_nothing_was_said_is_refused(tmp_path: Path) -> None:
    async with ChatHouse(tmp_path, []).open() as service:
        assert isinstance(await service.mention(""), Refused)


async def test_in_direct_messages_what_was_said_before_is_known(tmp_path: Path) -> None:
    """Each message there begins a thread of its own."""
    async with ChatHouse(tmp_path, [Line(text="Noted."), Line(text="Zephyr.")]).open() as service:
        for number, text in enumerate(("My project is called Zephyr", "What is it called?"), 70):
            here = HERE.model_copy(update={"thread": str(number)})
            service.books.replies.append(Reply(here, ANN, str(number), text, HERE.channel))
            await service.context.receive(
                Mention(here, ANN, str(number), text, HERE.channel, direct=True)
            )
            await service.until(lambda: len(service.model.asked) == number - 69)  # noqa: B023
    assert "Ann: My project is called Zephyr" in words(service.model.asked[1])


async def test_a_past_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="Hello.")])
    async with service.open():
        service.write("Before", BOB)
        service.books.faults.append("rejected")
        await service.mention("Hi")
        await service.until(lambda: service.text() == "Hello.")
    note, said = words(service.model.asked[0])
    assert note.startswith("[What was said here before could not be read (")
    assert said == "Ann: Hi"


async def test_what_does_not_fit_is_named(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="Hello.")])
    async with service.open():
        for number in range(MESSAGES + 5):
            service.write(f"word {number}", BOB)
        await service.mention("Hi")
        await service.until(lambda: service.text() == "Hello.")
    heard = words(service.model.asked[0])
    assert heard[0].endswith("not your task. 5 older messages are left out.]")
    assert heard[1:3] == ["Bob: word 0", "Bob: word 6"], "the first one is never left out"


def test_files_of_the_past_are_named_and_not_fetched() -> None:
    file = Attachment("handle", "log.txt", 12)
    assert past([reply(1, "see", (file,))], "2").said[0].files == ("log.txt",)


@given(st.lists(st.integers(0, 3 * OF_ONE), max_size=2 * MESSAGES), st.integers(0, 100))
def test_the_past_is_bounded_and_nothing_is_lost_silently(sizes: list[int], called: int) -> None:
    replies = [reply(number, "x" * size) for number, size in enumerate(sizes)]
    before = replies[:called] if called < len(replies) else replies
    kept = past(replies, str(called))
    assert len(kept.said) + kept.left_out == len(before)
    assert sum(len(one.text) for one in kept.said) <= CHARACTERS
    assert len(kept.said) <= MESSAGES
    assert all(len(one.text) <= OF_ONE + 40 for one in kept.said)
