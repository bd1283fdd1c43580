"""The demo's task and others in a real container."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from agent_stage import ANN, Stage, call, in_order
from model_answers import Answer

from runtime.events import (
    ApprovalRequired,
    Envelope,
    FileCreated,
    FileRef,
    Outcome,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.journal import FileArtifacts
from runtime.models.demo import DEMO, demo_model
from runtime.models.demo_story import PROGRAM, PROOF
from runtime.models.script import Call, Script, Turn
from sandbox import DockerSandbox, SandboxSettings
from sandbox.testing import WallClock

pytestmark = pytest.mark.docker

Play = Callable[..., Stage]


@pytest.fixture
def demo(stage: partial[Stage], docker: DockerSandbox) -> Play:
    """A stage whose model is the demo with a script, in a real container."""

    def play(script: Script = DEMO) -> Stage:
        return stage([], model=demo_model(script, pace=0), sandbox=docker)

    return play


def deciding(playing: Stage, approve: bool | None) -> Callable[[Envelope], Awaitable[None]]:
    """Decides every gate; None lets it expire."""

    async def react(envelope: Envelope) -> None:
        if not isinstance(gate := envelope.event, ApprovalRequired):
            return
        if approve is None:
            await playing.parked()
            playing.clock.advance((gate.expires_at - playing.clock.now()).total_seconds())
        else:
            runtime = playing.runtime
            assert await runtime.decide(gate.approval_id, approve=approve, actor=ANN) is None

    return react


def kept(root: Path, playing: Stage) -> set[str]:
    folder = root / playing.box
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


async def test_the_demo_with_its_approval(demo: Play, settings: SandboxSettings) -> None:
    async with demo() as playing:
        told = await playing.task("Show me what you can do.", react=deciding(playing, True))
        (file,) = told.of(FileCreated)
        delivered = await playing.manager.sessions.artifact(playing.runtime.id, file.file.artifact)
    assert told.end.outcome is Outcome.DONE
    assert f"It printed the number {PROOF}." in told.answer
    assert "was allowed, and the folder is gone" in told.answer
    assert "`hello.py` is in this thread." in told.answer
    assert delivered.decode() == PROGRAM
    assert kept(settings.workspace_root, playing) == {"hello.py"}
    assert [step.status for step in told.run.plan] == ["done"] * 3
    assert "no network" in told.run.isolation
    assert PROOF in "".join(chunk.text for chunk in told.of(ToolCallChunk))


DECISIONS = [
    pytest.param(False, "denied", "Denied by Ann.", id="denied"),
    pytest.param(None, "expired", "Nobody decided in time", id="expired"),
]


@pytest.mark.parametrize(("approve", "verdict", "words"), DECISIONS)
async def test_the_demo_without_its_approval(
    demo: Play, settings: SandboxSettings, approve: bool | None, verdict: str, words: str
) -> None:
    async with demo() as playing:
        told = await playing.task("Show me what you can do.", react=deciding(playing, approve))
    assert told.end.outcome is Outcome.DONE
    assert told.run.gates[0].decided == verdict
    assert "`build-demo` was not deleted." in told.answer
    assert words in told.answer
    assert kept(settings.workspace_root, playing) == {
        "hello.py", "build-demo", "build-demo/old.txt"
    }  # fmt: skip
    assert [step.status for step in told.run.plan] == ["done", "failed", "done"]


async def test_another_script_has_another_outcome(demo: Play, settings: SandboxSettings) -> None:
    writing = Turn(calls=(Call("shell", {"command": "echo $((6 * 7)) > answer.txt"}),))
    reading = Turn(calls=(Call("read_file", {"path": "answer.txt"}),))
    last = Turn(text=lambda heard: f"The file says {heard.results[-1].content.split()[-1]}.")
    async with demo(replace(DEMO, turns=(writing, reading, last))) as playing:
        told = await playing.task("Show me what you can do.")
    assert told.answer == "The file says 42."
    assert kept(settings.workspace_root, playing) == {"answer.txt"}
    assert not told.of(ApprovalRequired)


async def test_real_output_and_real_failure_reach_the_model(
    stage: partial[Stage], docker: DockerSandbox, shape: str
) -> None:
    calls = (
        call("shell", 1, command="printf 'Grüße \\xff\\n'; echo oops >&2; exit 3"),
        call("shell", 2, command="touch $'bad\\xffname' $'two\\nlines'; id -u; ls no-such-file"),
        call("shell", 3, command="sleep 60", timeout=0.5),
        call("list_files"),
    )
    async with stage(
        in_order(Answer("", calls=calls), Answer("So be it.")), shape=shape, sandbox=docker
    ) as playing:
        told = await playing.task()
    first, second, third, listing = told.run.calls
    assert (first.exit_code, set(first.output.split("\n"))) == (3, {"Grüße �", "oops", ""})
    assert second.exit_code == 2
    assert second.output.split("\n")[0] != "0"
    assert (third.status, third.failure) == ("failed", "timeout")
    assert len(listing.output.splitlines()) == 2
    history = str(playing.server.requests[1].body["messages"])
    assert "exit code 3" in history
    assert "Not finished after 0.5 s" in history
    assert told.answer == "So be it."


async def test_an_attached_file_is_read_by_the_shell(
    stage: partial[Stage], docker: DockerSandbox, shape: str
) -> None:
    reading = call("shell", command="cat attachments/my_file.txt && echo more >> attachments/*.txt")
    script = in_order(
        Answer("", calls=(reading,)),
        Answer("", calls=(call("read_file", path="attachments/my_file.txt"),)),
        Answer("I read it."),
    )
    async with stage(script, shape=shape, sandbox=docker) as playing:
        data = "Grüße\n".encode()
        artifact = await FileArtifacts(playing.folder / "artifacts").put(data)
        file = FileRef(name="../my file.txt", artifact=artifact, size=len(data))
        told = [e.event async for e in playing.runtime.run_task("Read it.", files=(file,))]
    first, second = [event for event in told if isinstance(event, ToolCallComplete)]
    assert (first.output, first.exit_code) == ("Grüße\n", 0)
    assert first.changed == ("~attachments/my_file.txt",)
    assert second.output.endswith("Grüße\nmore\n"), "the container's user owns it"


async def test_stop_ends_what_runs_in_the_container(
    stage: partial[Stage], docker: DockerSandbox
) -> None:
    endless = call("shell", command="echo begun; sleep 1000; echo late > late.txt")
    gone = "while pgrep -x sleep; do :; done > /dev/null; echo gone"  # a killed one takes a moment
    script = in_order(
        Answer("", calls=(endless,)),
        Answer("", calls=(call("shell", command=gone, timeout=40),)),
        Answer("Nothing sleeps."),
    )
    async with stage(script, sandbox=docker) as playing:

        async def react(envelope: Envelope) -> None:
            if isinstance(chunk := envelope.event, ToolCallChunk) and "begun" in chunk.text:
                assert await playing.runtime.stop(ANN) is None

        told = await playing.task(react=react)
        again = await playing.task("Does it still run?")
    assert told.end.outcome is Outcome.CANCELLED
    assert again.run.calls[-1].output == "gone\n"
    assert again.answer == "Nothing sleeps."


async def test_without_an_engine_the_run_still_ends_with_an_answer(
    stage: partial[Stage], settings: SandboxSettings, tmp_path: Path, shape: str
) -> None:
    nowhere = replace(settings, docker_host=f"unix://{tmp_path}/no.sock")
    sandbox = DockerSandbox(nowhere, WallClock())
    calls = (call("shell", command="ls"), call("python", code="print(1)"))
    script = in_order(Answer("", calls=calls), Answer("I could not run anything."))
    try:
        async with stage(script, shape=shape, sandbox=sandbox) as playing:
            told = await playing.task()
    finally:
        sandbox.close()
    assert told.answer == "I could not run anything."
    assert [failed.kind for failed in told.of(ToolCallFailed)] == ["unavailable"] * 2
    assert not told.of(ToolCallStart)
    assert "install or start Docker" in told.of(ToolCallFailed)[0].message
    assert "install or start Docker" in str(playing.server.requests[1].body["messages"])
