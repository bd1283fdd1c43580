"""python: a script in the container."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from runtime.approvals import Risk, Subject
from runtime.ports import Command
from runtime.tools.excerpt import one_line
from runtime.tools.execution import DEFAULT_TIMEOUT, TIMEOUT_ALSO, Timeout, execute
from runtime.tools.python_files import python_files
from runtime.tools.tool import Item, Judgement, Params, Workplace

LONGEST = 200_000
"""Characters; longer programs belong in a file."""


class Arguments(Params):
    also: ClassVar[Mapping[str, str]] = {
        "script": "code",
        "source": "code",
        "python": "code",
        "program": "code",
        "python_code": "code",
        **TIMEOUT_ALSO,
    }

    code: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST,
            description="a whole Python 3 script; print what you want to see",
        ),
    ]
    timeout: Timeout = DEFAULT_TIMEOUT


class Python:
    name = "python"
    description = (
        "Run a Python 3 script in the sandbox container, in /workspace. Use it for calculation, "
        "data and file work. Returns the exit code and what was printed (stdout and stderr "
        "together); the value of the last line is not shown, so print it. Each call is a new "
        "process: variables do not last, files in /workspace do."
    )
    params = Arguments
    in_workspace = True
    in_container = True

    def judge(self, params: Arguments) -> Judgement:
        return Judgement(
            summary=one_line(params.code),
            operation=params.code,
            risk=Risk.LOW,
            why="runs in the closed container",
            subject=Subject(kind="exact", value=params.code),
            effects=True,
            repeatable=False,  # as with shell: a script may do anything
            runs=python_files(params.code),
        )

    def run(self, params: Arguments, place: Workplace) -> AsyncGenerator[Item, None]:
        # Through standard input: an argument may not be longer than 128 KiB.
        command = Command(("python3", "-"), params.timeout, stdin=params.code.encode())
        return execute(place, command)
