"""Files that people attach lie in the workspace when a call wants them, once, and stay as tools
leave them."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import aclosing
from functools import partial

import pytest
from agent_stage import ANN, BOB, PATIENCE, Stage, call, in_order, is_shell
from model_answers import Answer

from runtime.errors import SandboxUnavailable, ToolError, UnsafePath
from runtime.events import (
    FileRef,
    MessageReceived,
    RunFinished,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.ids import Actor, ArtifactHash, SessionId
from runtime.journal import FileArtifacts
from runtime.ports import Command, Exited, FileBytes, Output
from runtime.testing.sandbox import FakeSandbox

READ = Answer("", calls=(call("read_file", path="attachments/a.txt"),))
SHELL = Answer("", calls=(call("shell", command="cat attachments/*"),))
DONE = Answer("Read.")


async def attach(
    playing: Stage, text: str, *files: tuple[str, bytes], actor: Actor = ANN, lost: bool = False
) -> None:
    """A message with files, as a door stores and tells it; `lost` ones are in no store."""
    artifacts = FileArtifacts(playing.folder / "artifacts")
    refs = [
        FileRef(
            name=name,
            artifact=ArtifactHash("0" * 64) if lost else await artifacts.put(data),
            size=len(data),
        )
        for name, data in files
    ]
    said = MessageReceived(actor=actor, text=text, message_id=uuid.uuid4().hex, files=tuple(refs))
    await playing.manager.sessions.tell(playing.runtime.address, (said,))


async def heard(playing: Stage, kind: type, times: int = 1) -> None:
    """Listen, from the beginning of the thread, until there were so many."""
    async with asyncio.timeout(PATIENCE), aclosing(playing.listen()) as envelopes:
        async for envelope in envelopes:
            times -= isinstance(envelope.event, kind)
            if not times:
                return


def lying(playing: Stage) -> dict[str, bytes]:
    return playing.fake.files(playing.box)


def written(sandbox: FakeSandbox) -> dict[str, int]:
    """How often each file was written, by its path."""
    effects = sandbox.effects.items()
    return {what.split()[2]: count for what, count in effects if what.startswith("write ")}


async def test_a_file_of_the_first_message_can_be_read(stage: partial[Stage], shape: str) -> None:
    async with stage(in_order(READ, DONE), shape=shape) as playing:
        await attach(playing, "Read this.", ("a.txt", b"hello\n"))
        await heard(playing, RunFinished)
        (done,) = await playing.facts(ToolCallComplete)
        (start,) = await playing.facts(ToolCallStart)
    assert done.output == "[attachments/a.txt: lines 1 to 1 of 1, 6 bytes in all]\nhello\n"
    assert "[attached file attachments/a.txt]" in str(playing.server.requests[0].body)
    assert (start.attached, start.lacking) == (1, ())
    assert written(playing.fake) == {"attachments/a.txt": 1}


async def test_list_files_shows_them(stage: partial[Stage]) -> None:
    listing = Answer("", calls=(call("list_files"),))
    async with stage(in_order(listing, DONE)) as playing:
        await attach(playing, "What is it?", ("my a.txt", b"1"), ("my a.txt", b"22"))
        await heard(playing, RunFinished)
        (done,) = await playing.facts(ToolCallComplete)
    assert done.output == "attachments/\nattachments/my_a-2.txt  2\nattachments/my_a.txt  1"


async def test_a_plan_needs_no_files(stage: partial[Stage]) -> None:
    steps = [{"id": "1", "title": "Look"}, {"id": "2", "title": "Answer"}]
    async with stage(in_order(Answer("", calls=(call("plan", steps=steps),)), DONE)) as playing:
        await attach(playing, "Plan.", ("a.txt", b"hello"))
        await heard(playing, RunFinished)
        assert not await playing.facts(ToolCallFailed)
    assert lying(playing) == {}


async def test_what_comes_while_a_tool_runs_is_there_for_the_next_one(
    stage: partial[Stage], shape: str
) -> None:
    going = asyncio.Event()
    playing = stage(in_order(SHELL, READ, DONE), shape=shape)
    playing.fake.on(is_shell, Output("working…\n"), until=going)
    async with playing:
        await playing.say("Begin.")
        await heard(playing, ToolCallChunk)
        assert lying(playing) == {}
        await attach(playing, "Take this too.", ("a.txt", b"steer"), actor=BOB)
        going.set()
        await heard(playing, RunFinished)
        starts = await playing.facts(ToolCallStart)
    assert [start.attached for start in starts] == [0, 1]
    assert lying(playing) == {"attachments/a.txt": b"steer"}
    assert "[attached file attachments/a.txt]" in str(playing.server.requests[1].body)


async def test_the_second_task_keeps_the_first_file_and_gets_its_own(
    stage: partial[Stage],
) -> None:
    async with stage(in_order(READ, DONE, READ, DONE)) as playing:
        await attach(playing, "First.", ("a.txt", b"one"))
        await heard(playing, RunFinished)
        playing.fake.put(playing.box, "attachments/a.txt", b"changed by a tool")
        await attach(playing, "Second.", ("a.txt", b"two"))
        await heard(playing, RunFinished, times=2)
    assert lying(playing) == {
        "attachments/a.txt": b"changed by a tool", "attachments/a-2.txt": b"two"
    }  # fmt: skip
    assert written(playing.fake) == {"attachments/a.txt": 1, "attachments/a-2.txt": 1}
    last = str(playing.server.requests[-1].body)
    assert "[attached file attachments/a-2.txt, sent as: a.txt]" in last
    assert "[note" not in last


async def test_a_restart_leaves_a_changed_file_alone(stage: partial[Stage], shape: str) -> None:
    going = asyncio.Event()
    playing = stage(in_order(SHELL, READ, DONE), shape=shape)

    def change(command: Command) -> list[Output | Exited]:
        playing.fake.put(playing.box, "attachments/a.txt", b"changed")
        return [Output("working…\n"), Exited(0, "exit", 1.0)]

    playing.fake.answer(is_shell, change, until=going)
    async with playing:
        await attach(playing, "Sort it.", ("a.txt", b"original"))
        await heard(playing, ToolCallChunk)
        await playing.close()
        going.set()
        await playing.open()
        await heard(playing, RunFinished)
        *_, read = await playing.facts(ToolCallComplete)
    assert read.output.endswith("\nchanged")
    assert "[note" not in str(playing.server.requests[-1].body)
    assert written(playing.fake) == {"attachments/a.txt": 1}


class Held(FakeSandbox):
    """Writes, and then does not come back before it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.wrote, self.go = asyncio.Event(), asyncio.Event()

    async def write(self, box: SessionId, path: str, data: bytes) -> None:
        await super().write(box, path, data)
        self.wrote.set()
        await self.go.wait()


async def test_a_restart_between_the_file_and_the_call_writes_nothing_twice(
    stage: partial[Stage],
) -> None:
    sandbox = Held()
    async with stage(in_order(READ, DONE), sandbox=sandbox) as playing:
        await attach(playing, "Read.", ("a.txt", b"hello"))
        await asyncio.wait_for(sandbox.wrote.wait(), PATIENCE)
        await playing.close()
        sandbox.go.set()
        await playing.open()
        await heard(playing, RunFinished)
        (done,) = await playing.facts(ToolCallComplete)
    assert done.output.endswith("\nhello")
    assert "[note" not in str(playing.server.requests[-1].body)
    assert written(sandbox) == {"attachments/a.txt": 1}


async def test_a_message_between_the_file_and_the_call_brings_its_own_file(
    stage: partial[Stage],
) -> None:
    sandbox = Held()
    async with stage(in_order(READ, DONE), sandbox=sandbox) as playing:
        await attach(playing, "Read.", ("a.txt", b"hello"))
        await asyncio.wait_for(sandbox.wrote.wait(), PATIENCE)
        await attach(playing, "And this.", ("b.txt", b"more"))
        sandbox.go.set()
        await heard(playing, RunFinished)
        (start,) = await playing.facts(ToolCallStart)
    assert (start.attached, start.lacking) == (2, ())
    assert written(sandbox) == {"attachments/a.txt": 1, "attachments/b.txt": 1}


class Closed(FakeSandbox):
    """Its files cannot be read, as with mode 000."""

    async def read(self, box: SessionId, path: str, limit: int) -> FileBytes:
        raise ToolError("Permission denied")


@pytest.mark.parametrize(
    ("sandbox", "why"),
    [(FakeSandbox(), "another file stands there"), (Closed(), "Permission denied")],
)
async def test_a_file_of_the_agent_s_own_is_not_overwritten(
    stage: partial[Stage], sandbox: FakeSandbox, why: str
) -> None:
    async with stage(in_order(READ, DONE), sandbox=sandbox) as playing:
        sandbox.put(playing.box, "attachments/a.txt", b"mine")
        await attach(playing, "Read.", ("a.txt", b"theirs"))
        await heard(playing, RunFinished)
    assert sandbox.files(playing.box) == {"attachments/a.txt": b"mine"}
    assert f"into the workspace: {why}" in str(playing.server.requests[1].body)


async def test_a_lost_file_is_told_and_the_others_come(stage: partial[Stage], shape: str) -> None:
    async with stage(in_order(READ, READ, DONE), shape=shape) as playing:
        await attach(playing, "Read.", ("a.txt", b"gone"), lost=True)
        await attach(playing, "And.", ("b.txt", b"here"))
        await heard(playing, RunFinished)
        first, second = await playing.facts(ToolCallStart)
    assert (first.attached, len(first.lacking)) == (2, 1)
    assert (second.attached, second.lacking) == (2, ()), "said once"
    assert lying(playing) == {"attachments/b.txt": b"here"}
    told = str(playing.server.requests[1].body)
    assert "[note: attachments/a.txt could not be put into the workspace: artifact 0000" in told


async def test_a_file_too_large_for_the_workspace_is_only_named(stage: partial[Stage]) -> None:
    async with stage(in_order(READ, DONE)) as playing:
        await attach(playing, "Read.", ("big.bin", bytes((10 << 20) + 1)))
        await heard(playing, RunFinished)
        (start,) = await playing.facts(ToolCallStart)
    assert (start.attached, start.lacking) == (1, ())
    assert lying(playing) == {}
    assert "[attached file, not in the workspace (10,485,761 bytes" in str(
        playing.server.requests[0].body
    )


class Failing(FakeSandbox):
    """The first `times` writes fail with `error`."""

    def __init__(self, error: Exception, times: int) -> None:
        super().__init__()
        self.error, self.times = error, times

    async def write(self, box: SessionId, path: str, data: bytes) -> None:
        if self.times:
            self.times -= 1
            raise self.error
        await super().write(box, path, data)


FAILURES = [
    pytest.param(ToolError("the disk is full"), "the disk is full", id="disk"),
    pytest.param(UnsafePath("it passes a link"), "it passes a link", id="link"),
    pytest.param(PermissionError(13, "Denied", "/secret/place"), "Denied", id="host folder"),
]


@pytest.mark.parametrize(("error", "words"), FAILURES)
async def test_a_failed_write_is_told_and_the_run_goes_on(
    stage: partial[Stage], error: Exception, words: str
) -> None:
    sandbox = Failing(error, times=1)
    async with stage(in_order(READ, DONE), sandbox=sandbox) as playing:
        await attach(playing, "Read.", ("a.txt", b"x"), ("b.txt", b"y"))
        await heard(playing, RunFinished)
    told = str(playing.server.requests[1].body)
    assert f"attachments/a.txt could not be put into the workspace: {words}" in told
    assert "/secret/place" not in told
    assert written(sandbox) == {"attachments/b.txt": 1}


async def test_without_an_engine_it_is_told_and_tried_again(
    stage: partial[Stage], shape: str
) -> None:
    """Tools that only read files work without an engine; a later call finds them written."""
    sandbox = Failing(SandboxUnavailable("Docker is not running."), times=1)
    async with stage(in_order(READ, READ, DONE), shape=shape, sandbox=sandbox) as playing:
        await attach(playing, "Read.", ("a.txt", b"hello"), ("b.txt", b"more"))
        await heard(playing, RunFinished)
        first, second = await playing.facts(ToolCallStart)
        (done,) = await playing.facts(ToolCallComplete)
    assert (first.attached, len(first.lacking)) == (0, 2)
    assert (second.attached, second.lacking) == (2, ())
    assert done.output.endswith("\nhello")
    assert "Docker is not running. (tried again" in str(playing.server.requests[1].body)
