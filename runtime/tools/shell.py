"""shell: a command line in the container."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from runtime.approvals import Risk, Subject
from runtime.ports import Command
from runtime.tools.excerpt import one_line
from runtime.tools.execution import DEFAULT_TIMEOUT, TIMEOUT_ALSO, Timeout, execute
from runtime.tools.script_files import script_files
from runtime.tools.tool import Item, Judgement, Params, Workplace

LONGEST = 100_000
"""Characters; the kernel takes 128 KiB as one argument."""


def _runnable(command: str) -> str:
    if "\0" in command:
        raise ValueError("a command cannot contain a NUL character")
    return command


class Arguments(Params):
    also: ClassVar[Mapping[str, str]] = {
        "cmd": "command",
        "script": "command",
        "bash": "command",
        "command_line": "command",
        "code": "command",
        **TIMEOUT_ALSO,
    }

    command: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST,
            description="what bash runs; several lines are fine",
        ),
        AfterValidator(_runnable),
    ]
    timeout: Timeout = DEFAULT_TIMEOUT


class Shell:
    name = "shell"
    description = (
        "Run a bash command in the sandbox container, in /workspace (files there are kept, "
        "everything else may vanish between tasks). Returns the exit code and the output, stdout "
        "and stderr together, the middle cut if it is long. There is no terminal and no input: use "
        "flags instead of prompts. Each call is a new shell: cd and variables do not last. A "
        "process left in the background ends when any call reaches its timeout."
    )
    params = Arguments
    in_workspace = True
    in_container = True

    def judge(self, params: Arguments) -> Judgement:
        return Judgement(
            summary=one_line(params.command),
            operation=params.command,
            risk=Risk.LOW,  # the closed container is the wall; patterns and settings may raise it
            why="runs in the closed container",
            subject=Subject(kind="exact", value=params.command),
            effects=True,
            repeatable=False,  # nobody knows what a command does when it runs twice
            runs=script_files(params.command),
        )

    def run(self, params: Arguments, place: Workplace) -> AsyncGenerator[Item, None]:
        # No login shell: files that the agent can write must not change what a command means.
        command = Command(("bash", "-c", params.command), params.timeout)
        return execute(place, command)
