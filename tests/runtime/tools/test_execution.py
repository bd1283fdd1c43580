"""shell and python: what runs in the container, and how each end is told to the model."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest

from runtime.errors import CallGone, SandboxUnavailable
from runtime.ids import CallId, SessionId
from runtime.ports import Artifacts, Command, Exited, Output
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.execution import HEAD, TAIL, begin_or_attach
from runtime.tools.tool import Failure, Item, Result, Workplace

Call = Callable[..., Awaitable[list[Item]]]
BOX = SessionId("box")


def anything(_argv: tuple[str, ...]) -> bool:
    return True


async def test_shell_streams_and_ends_with_both_streams_in_order(
    call: Call, sandbox: FakeSandbox
) -> None:
    sandbox.on(
        lambda argv: argv == ("bash", "-c", "make test"),
        Output("one\n"),
        Output("oops\n", "stderr"),
        Output("two\n"),
        Exited(2, "exit", 1.5, ("+a.txt",)),
    )
    items = await call("shell", command="make test")
    assert items == [
        Output("one\n"),
        Output("oops\n", "stderr"),
        Output("two\n"),
        Result("one\noops\ntwo\n", exit_code=2, seconds=1.5, changed=("+a.txt",)),
    ]
    assert sandbox.effects == {"run c1": 1}


async def test_python_gets_its_code_as_input(call: Call, sandbox: FakeSandbox) -> None:
    seen: list[Command] = []

    def reply(command: Command) -> list[Output | Exited]:
        seen.append(command)
        return [Exited(0, "exit", 0.1)]

    sandbox.answer(anything, reply)
    await call("python", code="print('é')", timeout=7)
    assert seen == [Command(("python3", "-"), 7.0, "print('é')".encode())]


@pytest.mark.parametrize(
    ("exited", "words"),
    [
        (Exited(None, "timeout", 120.0), ["120 s", "longer timeout (at most 1,800 s)"]),
        (Exited(137, "oom", 1.0), ["out of memory", "ended with 137", "smaller parts"]),
        (Exited(None, "oom", 1.0), ["out of memory", "smaller parts"]),
        (Exited(None, "output_limit", 1.0), ["never stopped", "Write to a file"]),
        (Exited(None, "quota", 1.0, (), ("It is full.",)), ["It is full. It was ended, with"]),
        (Exited(3, "quota", 1.0, (), ("It is full.",)), ["full. The command itself ended with 3"]),
        (Exited(None, "stopped", 1.0), ["ended from outside", "look before"]),
    ],
    ids=[
        "timeout",
        "oom",
        "oom without code",
        "output_limit",
        "quota",
        "quota after the end",
        "stopped",
    ],
)
async def test_an_end_from_outside_is_a_failure_with_a_way_on(
    call: Call, sandbox: FakeSandbox, exited: Exited, words: list[str]
) -> None:
    sandbox.on(anything, Output("so far\n"), exited)
    *_, end = await call("shell", command="x")
    assert isinstance(end, Failure)
    assert (end.kind, end.output, end.seconds) == (exited.why, "so far\n", exited.seconds)
    assert [word for word in words if word not in end.message] == []


async def test_long_output_keeps_its_head_and_tail(call: Call, sandbox: FakeSandbox) -> None:
    lines = [Output(f"line {n}\n") for n in range(20_000)]
    sandbox.on(anything, *lines)
    *streamed, end = await call("shell", command="x")
    assert streamed == lines
    assert isinstance(end, Result)
    assert end.truncated
    assert len(end.output.encode()) <= HEAD + TAIL + 80
    assert end.output.startswith("line 0\n")
    assert end.output.endswith("line 19999\n")
    assert "bytes left out …]" in end.output


async def test_the_model_gets_no_colours_and_no_overdrawn_lines(
    call: Call, sandbox: FakeSandbox
) -> None:
    sandbox.on(anything, Output("\x1b[32m1%\r"), Output("100%\x1b[0m\n"))
    *_, end = await call("shell", command="x")
    assert isinstance(end, Result)
    assert end.output == "100%\n"


async def test_a_call_is_taken_up_from_its_first_byte(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.on(anything, Output("a\n"), Exited(0, "exit", 0.5))
    first = await call("shell", command="x")
    assert await call("shell", attach=True, command="x") == first
    assert sandbox.effects == {"run c1": 1}


async def test_a_lost_container_is_told(call: Call, sandbox: FakeSandbox) -> None:
    with pytest.raises(CallGone):
        await call("shell", attach=True, command="x")


async def test_no_engine_is_told(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.unavailable = "Docker is not running: start it"
    for name, arguments in (("shell", {"command": "x"}), ("read_file", {"path": "x"})):
        with pytest.raises(SandboxUnavailable, match="start it"):
            await call(name, **arguments)


async def test_leaving_early_does_not_end_the_call(
    sandbox: FakeSandbox, artifacts: Artifacts
) -> None:
    release = asyncio.Event()
    sandbox.on(anything, Output("a\n"), Output("b\n"), until=release)
    place = Workplace(BOX, CallId("c1"), sandbox, artifacts)
    command = Command(("sleep", "9"), 60)
    async with aclosing(begin_or_attach(place, command)) as items:
        assert await anext(items) == Output("a\n")
    release.set()
    again = Workplace(BOX, CallId("c1"), sandbox, artifacts, attach=True)
    seen = [item async for item in begin_or_attach(again, command)]
    assert seen == [Output("a\n"), Output("b\n"), Exited(0, "exit", 0.0)]
