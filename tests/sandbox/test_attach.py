"""A call outlives the process that began it; another process takes it over."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime.errors import CallGone
from runtime.ids import CallId, SessionId
from runtime.ports import Output
from sandbox import DockerSandbox, SandboxSettings
from sandbox.testing import SOON, Shell, WallClock, collect

pytestmark = pytest.mark.docker

ROOT = Path(__file__).parents[2]
CALL = CallId("the-call")

BOT = """
import asyncio, json, sys
from pathlib import Path
from runtime.ids import CallId, SessionId
from runtime.ports import Command, Output
from sandbox import DockerSandbox, SandboxSettings
from sandbox.testing import WallClock

root, instance, script, within = json.loads(sys.argv[1])

async def main():
    sandbox = DockerSandbox(SandboxSettings(Path(root), instance), WallClock())
    command = Command(("bash", "-c", script), within)
    async for item in sandbox.run(SessionId("box"), CallId("the-call"), command):
        print(item.text if isinstance(item, Output) else item, end="", flush=True)

asyncio.run(main())
"""


@pytest.fixture
async def heir(settings: SandboxSettings, sandbox: DockerSandbox) -> AsyncIterator[Shell]:
    """The next process: same installation, nothing in memory."""
    other = DockerSandbox(settings, WallClock())
    yield Shell(other, SessionId("box"))
    other.close()


async def killed_bot(settings: SandboxSettings, script: str, within: float = SOON) -> None:
    """Another process begins the call, sees its first line, and dies by SIGKILL."""
    arguments = json.dumps([str(settings.workspace_root), settings.instance, script, within])
    bot: Process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BOT, arguments, stdout=PIPE, cwd=ROOT
    )
    assert bot.stdout
    assert await bot.stdout.readline() == b"first\n"
    bot.kill()
    await bot.wait()
    await bot.stdout.read()


@pytest.mark.crash
async def test_running_after_a_kill(settings: SandboxSettings, heir: Shell) -> None:
    await killed_bot(settings, "mkfifo f; echo first; cat f; echo last > new; exit 7")
    live = heir.sandbox.attach(heir.box, CALL)
    assert await anext(live) == Output("first\n")
    await heir.sh("echo second > f")
    rest = await collect(live)
    assert rest.stdout == "second\n"
    assert (rest.exited.code, rest.exited.why) == (7, "exit")
    assert "~new" in rest.exited.changed


@pytest.mark.crash
async def test_finished_after_a_kill(settings: SandboxSettings, heir: Shell) -> None:
    await killed_bot(settings, "echo first; echo more; echo err >&2; exit 3")
    ran = await collect(heir.sandbox.attach(heir.box, CALL))
    assert (ran.stdout, ran.stderr, ran.exited.code) == ("first\nmore\n", "err\n", 3)
    again = await collect(heir.sandbox.attach(heir.box, CALL))
    assert again.stdout == ran.stdout


@pytest.mark.crash
async def test_the_deadline_holds_without_a_bot(settings: SandboxSettings, heir: Shell) -> None:
    await killed_bot(settings, "echo first; trap '' TERM; sleep 600", within=3)
    ran = await collect(heir.sandbox.attach(heir.box, CALL))
    assert (ran.stdout, ran.exited.code, ran.exited.why) == ("first\n", None, "timeout")
    assert ran.exited.seconds < SOON
    await heir.until(lambda names: names == [])


@pytest.mark.crash
async def test_a_flood_is_bounded_without_a_bot(settings: SandboxSettings, heir: Shell) -> None:
    await killed_bot(settings, "echo first; yes")
    ran = await collect(heir.sandbox.attach(heir.box, CALL))
    assert ran.exited.why == "output_limit"
    assert ran.stdout.startswith("first\ny\ny\n")


async def test_the_heir_keeps_a_deadline_whose_supervisor_hangs(shell: Shell, heir: Shell) -> None:
    script = "mkfifo f; echo up; read < f; kill -STOP $PPID; sleep 600"
    running = shell.start("bash", "-c", script, within=3, call=CALL)
    assert await anext(running) == Output("up\n")
    await heir.sh("echo > f")
    ran = await collect(heir.sandbox.attach(heir.box, CALL))
    assert (ran.stdout, ran.exited.why) == ("up\n", "timeout")
    await heir.until(lambda names: names == [])


async def test_a_stopped_call_does_not_hang_its_heir(shell: Shell, heir: Shell) -> None:
    running = shell.start("bash", "-c", "echo up; sleep 600", call=CALL)
    assert await anext(running) == Output("up\n")
    await shell.sandbox.stop(shell.box)
    ran = await collect(heir.sandbox.attach(heir.box, CALL))
    assert (ran.stdout, ran.exited.code, ran.exited.why) == ("up\n", None, "stopped")


async def test_the_first_reader_and_its_heir_see_the_same(shell: Shell, heir: Shell) -> None:
    script = "for i in range(2000): print('line', i, flush=True)"
    running = shell.start("python3", "-c", script, call=CALL)
    first = await anext(running)
    assert isinstance(first, Output)
    rest, all_of_it = await asyncio.gather(
        collect(running), collect(heir.sandbox.attach(heir.box, CALL))
    )
    assert first.text + rest.stdout == all_of_it.stdout


async def test_an_unknown_call_is_gone_and_harms_nothing(shell: Shell, heir: Shell) -> None:
    await shell.sh("sleep 600 > /dev/null 2>&1 &")
    with pytest.raises(CallGone, match="no record"):
        await collect(heir.sandbox.attach(heir.box, CallId("never")))
    await heir.until(lambda names: names == ["sleep"])


async def test_without_its_container_the_call_is_gone(shell: Shell, heir: Shell) -> None:
    await shell.run("true", call=CALL)
    await heir.sandbox.remove(heir.box)
    for sandbox in (shell.sandbox, heir.sandbox):  # one believes it is there, one does not
        with pytest.raises(CallGone):
            await collect(sandbox.attach(shell.box, CALL))


async def test_losing_the_container_during_the_call_is_said(shell: Shell, heir: Shell) -> None:
    running = shell.start("bash", "-c", "echo up; sleep 600", call=CALL)
    assert await anext(running) == Output("up\n")
    removing = asyncio.ensure_future(heir.sandbox.remove(heir.box))
    with pytest.raises(CallGone):  # at whatever moment of its dying the container is asked
        await collect(running)
    await removing
    assert (await shell.run("echo", "new")).stdout == "new\n"


async def test_old_records_make_room(shell: Shell) -> None:
    for n in range(12):
        await shell.run("true", call=f"old{n}")
    ran = await shell.sh("ls /run/aether/calls | wc -l")
    assert int(ran.stdout) == 8
    with pytest.raises(CallGone):
        await collect(shell.sandbox.attach(shell.box, CallId("old0")))
    assert (await collect(shell.sandbox.attach(shell.box, CallId("old11")))).exited.code == 0
