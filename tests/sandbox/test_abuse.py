"""What a hostile or clumsy command tries, and how far it gets."""

from __future__ import annotations

import pytest

from runtime.ids import CallId, SessionId
from sandbox.programs import DRAINED
from sandbox.testing import SOON, Shell, collect

pytestmark = pytest.mark.docker

ENDLESS = {
    "sleep": "sleep 600",
    "ignores SIGTERM": "trap '' TERM INT HUP; while :; do :; done",
    "double fork": "(setsid sleep 600 &) ; (setsid bash -c 'sleep 600; echo' &) ; sleep 600",
    "env -i daemon": "env -i /bin/setsid /bin/sleep 600 & sleep 600",
    "closes its output": "exec >&- 2>&-; sleep 600",
    "fork bomb": "bomb() { bomb | bomb & }; bomb; sleep 600",
    "stops its supervisor": "kill -STOP $PPID; sleep 600",
    "silences every process": "trap '' STOP; kill -STOP -1; sleep 600",
}


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS)
async def test_a_timeout_ends_everything(shell: Shell, script: str) -> None:
    ran = await shell.sh(script, within=1)
    assert (ran.exited.code, ran.exited.why) == (None, "timeout")
    assert ran.exited.seconds < SOON
    await shell.until(lambda names: names == [])


@pytest.mark.parametrize("script", ["kill -9 $PPID; sleep 600", "kill -9 -1; sleep 600"])
async def test_killing_the_supervisor_only_ends_the_call(shell: Shell, script: str) -> None:
    ran = await shell.sh(script)
    assert (ran.exited.code, ran.exited.why) == (None, "stopped")
    await shell.until(lambda names: names == [])


async def test_process_one_cannot_be_killed_from_inside(shell: Shell) -> None:
    assert (await shell.sh("kill -9 1; kill -STOP 1; echo survived")).stdout == "survived\n"
    assert (await shell.run("true")).exited.code == 0


async def test_left_over_processes_do_not_block_the_next_call(shell: Shell) -> None:
    script = (
        "import os, time\n"
        "try:\n"
        "    while os.fork(): pass\n"
        "    [os.close(fd) for fd in (0, 1, 2)]\n"
        "    time.sleep(600)\n"
        "except OSError: print('full')\n"
    )
    assert (await shell.run("python3", "-c", script)).stdout == "full\n"
    assert (await shell.run("echo", "works")).stdout == "works\n"


async def test_too_much_memory_is_named(shell: Shell) -> None:
    ran = await shell.run("python3", "-c", "x = bytearray(900_000_000)")
    assert (ran.exited.code, ran.exited.why) == (137, "oom")
    assert (await shell.run("true")).exited.why == "exit"


async def test_too_much_memory_of_a_child_is_named_too(shell: Shell) -> None:
    ran = await shell.sh("python3 -c 'x = bytearray(900_000_000)'; true")
    assert (ran.exited.code, ran.exited.why) == (0, "oom")


async def test_tmp_is_bounded(shell: Shell) -> None:
    ran = await shell.sh("head -c 100M /dev/zero > /tmp/big; stat -c %s /tmp/big")
    assert "No space left" in ran.stderr
    assert int(ran.stdout) == 64 << 20


async def test_one_file_is_bounded(shell: Shell) -> None:
    ran = await shell.run("truncate", "-s", "300M", "big")
    assert ran.exited.code == 153


async def test_full_records_do_not_stop_calls(shell: Shell) -> None:
    await shell.sh("head -c 100M /dev/zero > /run/full")
    ran = await shell.sh("echo works; exit 5")
    assert (ran.stdout, ran.exited.code) == ("works\n", 5)


async def test_there_is_no_network(shell: Shell) -> None:
    script = (
        "import os, socket\n"
        "print(os.listdir('/sys/class/net'))\n"
        "for host in ('192.0.2.1', '169.254.169.254'):\n"
        "    try: socket.create_connection((host, 80), 2)\n"
        "    except OSError as e: print(e.errno)\n"
        "try: socket.getaddrinfo('example.org', 80)\n"
        "except OSError as e: print('no name')\n"
    )
    ran = await shell.run("python3", "-c", script)
    assert ran.stdout.splitlines() == ["['lo']", "101", "101", "no name"]


@pytest.mark.parametrize(
    "script",
    [
        "unshare -U true",
        "mount -t tmpfs none /workspace",
        "chroot / true",
        "mknod /tmp/disk b 8 0",
        "cp /bin/bash /tmp/b && chmod u+s /tmp/b && chown 0 /tmp/b",
        "touch /usr/bin/planted",
        "echo 0 > /proc/sys/kernel/panic",
        "ls /proc/1/root/",
    ],
)
async def test_no_way_up(shell: Shell, script: str) -> None:
    ran = await shell.sh(f"{script} 2>&1 || echo refused")
    if "proc/1/root" in script:  # the keeper is of the same user: its root is the container's own
        assert "workspace" in ran.stdout
    else:
        assert ran.stdout.endswith("refused\n")


async def test_no_new_privileges(shell: Shell) -> None:
    ran = await shell.sh("grep -E 'NoNewPrivs|CapEff|CapBnd|Seccomp:' /proc/self/status")
    fields = dict(line.split(":\t") for line in ran.stdout.splitlines())
    assert fields["NoNewPrivs"] == "1"
    assert fields["Seccomp"] == "2"
    assert int(fields["CapEff"], 16) == int(fields["CapBnd"], 16) == 0


async def test_sessions_do_not_see_each_other(shell: Shell) -> None:
    other = Shell(shell.sandbox, SessionId("other"))
    await shell.sh("echo secret > mine; sleep 600 > /dev/null 2>&1 &")
    ran = await other.sh("ls -A /workspace; ls /proc | grep -c '^[0-9]'")
    assert ran.stdout.splitlines()[0].isdigit()
    await other.until(lambda names: names == [])


async def test_forged_frames_are_no_danger(shell: Shell) -> None:
    """The agent can write into its supervisor's output; it only spoils its own call."""
    forge = "head -c 50M /dev/urandom > /proc/$PPID/fd/1; sleep 600"
    ran = await shell.sh(forge, within=10)
    assert ran.exited.why in ("stopped", "output_limit", "timeout")
    assert len(ran.stdout) < DRAINED
    assert (await shell.run("echo", "fine")).stdout == "fine\n"


async def test_forged_records_are_no_danger(shell: Shell) -> None:
    await shell.sh("mkdir -p /run/aether/calls; cd /run/aether/calls; mkfifo a; mkdir b; ln -s / c")
    spoil = "for f in /run/aether/calls/*; do head -c 5M /dev/urandom >> $f; done 2>/dev/null"
    await shell.sh(f"rm /run/aether/calls/a; {spoil}", call="spoilt")
    try:
        ran = await collect(shell.sandbox.attach(shell.box, CallId("spoilt")))
    except Exception as error:
        raise AssertionError("a forged record must read as a call that was stopped") from error
    assert ran.exited.why in ("exit", "stopped", "output_limit")
