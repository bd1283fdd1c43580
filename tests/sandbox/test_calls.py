"""Calls in a real container: what they write, how they end, what they leave behind."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from runtime.errors import ToolError
from runtime.ids import CallId, SessionId
from runtime.ports import Exited, Output, Running, SandboxSpec
from sandbox import DockerSandbox, SandboxSettings, docker_engine, programs
from sandbox.docker_sandbox import INPUT_CAP
from sandbox.programs import KEPT
from sandbox.testing import SOON, Shell, WallClock, collect

pytestmark = pytest.mark.docker


async def first_output(running: Running) -> str:
    async for item in running:
        assert isinstance(item, Output)
        return item.text
    raise AssertionError("the call wrote nothing")


def sockets() -> int:
    """Open connections of this process."""
    return sum("socket:" in str(Path(fd).resolve()) for fd in Path("/proc/self/fd").iterdir())


async def until(fact: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not fact():  # noqa: ASYNC110  the kernel has no event for it
            await asyncio.sleep(0.01)


async def test_streams_are_told_apart(shell: Shell) -> None:
    ran = await shell.sh("echo out; echo err >&2; exit 3")
    assert (ran.stdout, ran.stderr) == ("out\n", "err\n")
    assert (ran.exited.code, ran.exited.why) == (3, "exit")
    assert 0 <= ran.exited.seconds < SOON


async def test_a_call_runs_in_the_workspace_as_the_agent(shell: Shell) -> None:
    ran = await shell.sh("pwd; id -un; echo $HOME; touch $HOME/h /tmp/t /workspace/w && echo ok")
    assert ran.stdout.splitlines() == ["/workspace", "agent", "/home/agent", "ok"]


async def test_nothing_of_our_environment_is_inside(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AETHER_SECRET", "token-of-the-bot")
    assert "token-of-the-bot" not in (await shell.run("env")).stdout


async def test_input_arrives_whole(shell: Shell) -> None:
    data = bytes(range(256)) * 20_000
    ran = await shell.run("sha256sum", stdin=data)
    assert ran.stdout.split()[0] == hashlib.sha256(data).hexdigest()


async def test_input_that_nobody_reads_does_not_block(shell: Shell) -> None:
    ran = await shell.run("echo", "done", stdin=b"x" * 3_000_000)
    assert (ran.stdout, ran.exited.code) == ("done\n", 0)


async def test_without_input_a_reader_sees_the_end(shell: Shell) -> None:
    assert (await shell.run("cat")).exited.code == 0


async def test_too_much_input_is_refused(shell: Shell) -> None:
    with pytest.raises(ToolError, match="write them to a file"):
        await shell.run("cat", stdin=bytes(INPUT_CAP + 1))


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (("no-such-program",), 127, "No such file"),
        (("/etc/passwd",), 126, "Permission denied"),
        (("",), 127, "cannot run"),
    ],
)
async def test_a_command_that_cannot_run_says_so(
    shell: Shell, argv: tuple[str, ...], code: int, words: str
) -> None:
    ran = await shell.run(*argv)
    assert ran.exited.code == code
    assert words in ran.stderr


async def test_output_comes_while_the_call_runs(shell: Shell) -> None:
    running = shell.start("bash", "-c", "echo first; cat fifo", call="slow")
    await shell.run("mkfifo", "fifo")
    assert await first_output(running) == "first\n"
    release, ran = await asyncio.gather(
        shell.sh("echo second > fifo"), collect(shell.sandbox.attach(shell.box, CallId("slow")))
    )
    assert release.exited.code == 0
    assert ran.stdout == "first\nsecond\n"


async def test_ten_thousand_lines(shell: Shell) -> None:
    script = "for i in range(10_000): print('line', i, flush=True)"
    ran = await shell.run("python3", "-c", script)
    assert ran.stdout.splitlines() == [f"line {i}" for i in range(10_000)]


async def test_more_than_is_kept_is_dropped_and_said(shell: Shell) -> None:
    ran = await shell.sh("head -c 3000000 /dev/zero | tr '\\0' x; exit 4")
    assert (ran.exited.code, ran.exited.why) == (4, "exit")
    assert KEPT * 0.99 < len(ran.stdout) <= KEPT
    assert f"{3_000_000 - len(ran.stdout):,} more bytes of output were dropped" in ran.stderr


async def test_a_gigabyte_ends_the_call(shell: Shell) -> None:
    ran = await shell.sh("head -c 1G /dev/zero; echo unreached > end")
    assert (ran.exited.code, ran.exited.why) == (None, "output_limit")
    assert len(ran.stdout) <= KEPT
    assert ran.exited.changed == ()


async def test_invalid_utf8_also_when_split(shell: Shell) -> None:
    script = (
        "import os, time; w = lambda b: (os.write(1, b), time.sleep(.05));"
        "w(b'\\xe2\\x82'); w(b'\\xac \\xff'); w(b'\\xf0\\x9f'); w(b'A\\xe2')"
    )
    ran = await shell.run("python3", "-c", script)
    assert ran.stdout == "\u20ac \ufffd\ufffdA\ufffd"


async def test_changed_files_are_named(shell: Shell) -> None:
    await shell.sh("mkdir d .git; echo 1 > d/old; echo 1 > d/same; echo 1 > gone")
    ran = await shell.sh("echo 22 > d/old; rm gone; echo 3 > new; echo 4 > .git/index")
    assert ran.exited.changed == ("~d/old", "-gone", "+new")


async def test_last_words_of_a_child_are_heard_and_servers_live_on(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "LINGER", 15)  # patched: a slow machine's moment is longer
    ran = await shell.sh("(sleep 0.03; echo child) & sleep 600 > /dev/null 2>&1 & echo parent")
    assert ran.stdout == "parent\nchild\n"
    await shell.until(lambda names: names == ["sleep"])


async def test_a_child_that_keeps_the_output_does_not_keep_the_call(shell: Shell) -> None:
    ran = await shell.sh("sleep 600 & echo parent")
    assert (ran.stdout, ran.exited.why) == ("parent\n", "exit")


async def test_stop_ends_everything_and_the_box_stays_usable(shell: Shell) -> None:
    running = shell.start("bash", "-c", "sleep 601 & echo up; sleep 602", call="long")
    assert await first_output(running) == "up\n"
    ends = asyncio.ensure_future(collect(shell.sandbox.attach(shell.box, CallId("long"))))
    await shell.sandbox.stop(shell.box)
    ran = await ends
    assert (ran.exited.code, ran.exited.why) == (None, "stopped")
    await shell.until(lambda names: names == [])
    await shell.sandbox.stop(SessionId("never-seen"))


async def test_leaving_frees_thread_and_socket_but_not_the_call(shell: Shell) -> None:
    await shell.run("true")
    before = sockets()
    for n in range(3):
        async for item in shell.start("bash", "-c", "echo up; sleep 603", call=f"kept{n}"):
            assert item == Output("up\n")
            break
    await until(lambda: sockets() <= before)
    await shell.until(lambda names: names.count("sleep") == 3)


async def test_what_is_left_gives_its_thread_back(
    settings: SandboxSettings, sandbox: DockerSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docker_engine, "LIVE", 2)  # patched: 64 execs would take their time
    narrow = DockerSandbox(settings, WallClock())
    shell = Shell(narrow, SessionId("box"))
    for n in range(4):
        async for _ in shell.start("bash", "-c", "echo up; sleep 605", call=f"kept{n}"):
            break
    ran = await asyncio.gather(*(shell.run("echo", str(n)) for n in range(6)))
    assert [one.stdout for one in ran] == [f"{n}\n" for n in range(6)]
    narrow.close()


async def test_cancelling_the_consumer_is_the_same(shell: Shell) -> None:
    up = asyncio.Event()

    async def consume() -> None:
        async for _ in shell.start("bash", "-c", "echo up; sleep 604", call="kept"):
            up.set()

    task = asyncio.ensure_future(consume())
    await up.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await shell.until(lambda names: "sleep" in names)


async def test_ten_endless_boxes_all_end_at_their_timeouts(sandbox: DockerSandbox) -> None:
    shells = [Shell(sandbox, SessionId(f"box{n}")) for n in range(10)]
    await asyncio.gather(*(sandbox.prepare(shell.box, SandboxSpec()) for shell in shells))
    results = await asyncio.gather(*(shell.sh("sleep 600", within=1) for shell in shells))
    ends = [replace(ran.exited, seconds=0) for ran in results]
    assert ends == [Exited(None, "timeout", 0)] * 10
    assert max(ran.exited.seconds for ran in results) < SOON


async def test_ten_endless_calls_of_one_box_too(shell: Shell) -> None:
    """The first time-out ends its neighbours of the same container too; they say so."""
    results = await asyncio.gather(*(shell.sh("sleep 600", within=1.5) for _ in range(10)))
    assert {ran.exited.why for ran in results} == {"timeout"}
    assert max(ran.exited.seconds for ran in results) < SOON
