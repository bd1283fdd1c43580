"""Programs in the container that write what the supervisor writes: nobody takes their word for how
a call ended."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

import pytest

from runtime.ids import CallId, SessionId
from runtime.ports import Exited
from sandbox import DockerSandbox, SandboxSettings
from sandbox.testing import SOON, Shell, WallClock, collect

pytestmark = pytest.mark.docker


def end(words: str) -> str:
    """Bash that writes an end as the supervisor writes it, at once: a length that is a line's end
    would be two writes."""
    assert len(words) != ord("\n")
    return f"printf 'X\\0\\0\\0\\x{len(words):02x}%s' '{words}'"


GOOD = end("0 exit 10 0")
STREAM, RECORD = "/proc/$PPID/fd/1", "$(ls -tr /run/aether/calls/* | head -n1)"


@pytest.mark.parametrize(
    "told", ["0 exit 10 0", "- timeout 1 0", "0 oom 1 0", "- output_limit 1 9"]
)
async def test_an_end_that_a_child_writes_is_not_the_end(shell: Shell, told: str) -> None:
    ran = await shell.sh(f"echo all tests passed; {end(told)} > {STREAM}; sleep 1; echo on; exit 3")
    assert (ran.exited.code, ran.exited.why) == (3, "exit")
    assert ran.stdout.startswith("all tests passed\n")
    assert "on\n" in ran.stdout
    assert not ran.exited.reported


async def test_a_child_that_holds_the_stream_neither_ends_nor_keeps_the_call(shell: Shell) -> None:
    began = monotonic()
    script = f"exec 9> {STREAM}; (sleep 600) & {end('5 exit 10 0')} >&9; exit 3"
    ran = await shell.sh(script, within=SOON)
    assert (ran.exited.code, ran.exited.why) == (3, "exit")
    assert monotonic() - began < SOON / 2


async def test_an_earlier_call_cannot_end_a_later_one(shell: Shell) -> None:
    watch = "for p in /proc/[0-9]*/fd/1; do [ -p $p ] && " + GOOD + " > $p; done"
    await shell.sh(f"(while sleep 0.05; do {watch}; done) > /dev/null 2>&1 &")
    ran = await shell.sh("sleep 1; exit 7")
    # It can spoil a later call, for they are one user, but not make it succeed.
    assert (ran.exited.code, ran.exited.why) in {(7, "exit"), (None, "stopped")}


@pytest.mark.parametrize("place", [STREAM, RECORD], ids=["stream", "record"])
async def test_a_killed_supervisor_leaves_no_good_end(shell: Shell, place: str) -> None:
    ran = await shell.sh(f"f={place}; {GOOD} >> $f; kill -9 $PPID; sleep 600")
    assert (ran.exited.code, ran.exited.why) == (None, "stopped")
    await shell.until(lambda names: names == [])


async def test_what_the_record_says_later_is_only_reported(
    shell: Shell, settings: SandboxSettings
) -> None:
    forge = f"mkfifo f; echo up; read < f; r={RECORD}; {GOOD} >> $r; kill -9 $PPID"
    async for _ in shell.start("bash", "-c", forge, call="c"):
        break
    await shell.sh("echo > f")
    await shell.until(lambda names: names == [])
    heir = DockerSandbox(settings, WallClock())
    try:
        ran = await collect(heir.attach(SessionId("box"), CallId("c")))
    finally:
        heir.close()
    assert ran.exited.reported
    said = replace(ran.exited, changed=(), seconds=0.0)
    assert said == Exited(0, "exit", 0.0, reported=True)


async def test_an_honest_call_is_seen_and_an_honest_record_reported(shell: Shell) -> None:
    seen = await shell.sh("exit 6", call="c")
    told = await collect(shell.sandbox.attach(shell.box, CallId("c")))
    assert (seen.exited.code, seen.exited.reported) == (6, False)
    assert (told.exited.code, told.exited.reported) == (6, True)


@pytest.mark.parametrize("code", [0, 1, 124, 125, 126, 127, 137, 255])
async def test_every_exit_code_is_seen(shell: Shell, code: int) -> None:
    ran = await shell.sh(f"exit {code}")
    assert (ran.exited.code, ran.exited.why) == (code, "exit")
