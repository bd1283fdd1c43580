"""What is delivered is what people saw: a file, its size, its hash, its beginning."""

from __future__ import annotations

import hashlib
from functools import partial

import pytest
from agent_stage import ANN, Stage, call, in_order
from model_answers import Answer

from runtime.approvals import Duration, Risk
from runtime.errors import UnsafePath
from runtime.events import (
    ApprovalReceived,
    ApprovalRequired,
    Envelope,
    FileCreated,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.ids import SessionId
from runtime.ports import FileBytes
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.policy import Policy

ASKED = Policy(risks={"deliver": Risk.MEDIUM})
DELIVER = Answer("", calls=(call("deliver", path="report.txt"),))


class Folders(FakeSandbox):
    """As the real one, it reads no folder and follows no link."""

    async def read(self, box: SessionId, path: str, limit: int) -> FileBytes:
        if path == "link":
            raise UnsafePath("'link' is or passes a symbolic link: name the real file instead")
        if any(name.startswith(f"{path}/") for name in self.files(box)):
            raise UnsafePath(f"{path!r} is no regular file: only files can be read")
        return await super().read(box, path, limit)


class Deciding:
    """Approves each gate for a time; `before` happens between the question and the yes."""

    def __init__(self, playing: Stage, *before: bytes, lasts: Duration = Duration.ONCE) -> None:
        self._playing, self._writes, self._lasts = playing, list(before), lasts
        self.gates: list[ApprovalRequired] = []

    async def react(self, envelope: Envelope) -> None:
        if isinstance(envelope.event, ApprovalRequired):
            gate = envelope.event
            self.gates.append(gate)
            if self._writes:
                self._playing.fake.put(self._playing.box, "report.txt", self._writes.pop(0))
            await self._playing.runtime.decide(
                gate.approval_id, approve=True, duration=self._lasts, actor=ANN
            )


@pytest.mark.parametrize("path", ["secrets", "secrets/", "link", "missing.pdf", ".", "a/b/c"])
async def test_what_is_no_file_is_refused_before_people_are_asked(
    stage: partial[Stage], path: str
) -> None:
    sandbox = Folders()
    answers = in_order(Answer("", calls=(call("deliver", path=path),)), Answer("Done."))
    async with stage(answers, policy=ASKED, sandbox=sandbox) as playing:
        sandbox.put(playing.box, "secrets/prod.pem", b"key")
        told = await playing.task()
        assert told.of(ApprovalRequired) == []
        (failed,) = told.of(ToolCallFailed)
        assert failed.kind == "failed"


async def test_the_approval_shows_size_hash_and_beginning(stage: partial[Stage]) -> None:
    async with stage(in_order(DELIVER, Answer("Done.")), policy=ASKED) as playing:
        playing.fake.put(playing.box, "report.txt", b"good\nwords")
        deciding = Deciding(playing)
        told = await playing.task(react=deciding.react)
        (gate,) = deciding.gates
        digest = hashlib.sha256(b"good\nwords").hexdigest()
        assert f"'report.txt': 10 bytes, sha256 {digest[:12]}\n| good\n| words" in gate.operation
        assert gate.subject.content
        assert [created.file.artifact for created in told.of(FileCreated)] == [digest]


async def test_what_looks_like_a_secret_is_not_shown_in_order_to_ask(
    stage: partial[Stage],
) -> None:
    answers = in_order(Answer("", calls=(call("deliver", path="prod.pem"),)), Answer("Done."))
    async with stage(answers) as playing:
        playing.fake.put(playing.box, "prod.pem", b"PRIVATE")
        deciding = Deciding(playing)
        await playing.task(react=deciding.react)
        assert "PRIVATE" not in deciding.gates[0].operation
        assert "7 bytes" in deciding.gates[0].operation


async def test_what_changed_after_the_question_is_asked_again(stage: partial[Stage]) -> None:
    async with stage(in_order(DELIVER, Answer("Done.")), policy=ASKED) as playing:
        playing.fake.put(playing.box, "report.txt", b"good")
        deciding = Deciding(playing, b"SWAPPED")
        told = await playing.task(react=deciding.react)
        first, second = deciding.gates
        assert first.call_id == second.call_id
        assert first.approval_id != second.approval_id
        assert second.why.startswith("the file changed since it was approved")
        assert (first.notify, second.notify) == (True, False)
        assert len(told.of(ApprovalReceived)) == 2
        (created,) = told.of(FileCreated)
        assert created.file.artifact == hashlib.sha256(b"SWAPPED").hexdigest()


async def test_a_file_that_never_rests_is_not_sent(stage: partial[Stage]) -> None:
    async with stage(in_order(DELIVER, Answer("Done.")), policy=ASKED) as playing:
        playing.fake.put(playing.box, "report.txt", b"0")
        deciding = Deciding(playing, *(str(n).encode() for n in range(1, 50)))
        told = await playing.task(react=deciding.react)
        assert len(deciding.gates) == 4
        assert told.of(FileCreated) == []
        assert told.of(ToolCallStart) == []
        assert "changed again and again" in told.of(ToolCallFailed)[0].message


async def test_a_longer_yes_is_for_the_file_as_it_was(stage: partial[Stage]) -> None:
    answers = in_order(DELIVER, Answer("1"), DELIVER, Answer("2"), DELIVER, Answer("3"))
    async with stage(answers, policy=ASKED) as playing:
        playing.fake.put(playing.box, "report.txt", b"good")
        deciding = Deciding(playing, lasts=Duration.THREAD)
        await playing.task(react=deciding.react)
        await playing.task(react=deciding.react)
        assert len(deciding.gates) == 1
        playing.fake.put(playing.box, "report.txt", b"other")
        await playing.task(react=deciding.react)
        assert len(deciding.gates) == 2
