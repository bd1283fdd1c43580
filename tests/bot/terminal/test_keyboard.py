"""Typed lines, from a prompt and from a pipe."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Sequence
from contextlib import aclosing

from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.terminal.keyboard import END, INTERRUPT, Key, Pipe
from bot.terminal.lines import Line, line
from bot.terminal.painter import PlainPainter
from bot.terminal.prompt import Prompt


def nothing(_: int) -> Sequence[Line]:
    return ()


async def test_a_pipe_gives_lines_and_its_end() -> None:
    reading, writing = os.pipe()
    os.write(writing, "first\nzwei ü\nunfinished".encode())
    os.close(writing)
    keys = [key async for key in Pipe(PlainPainter(io.StringIO()), reading).keys(nothing)]
    os.close(reading)
    assert keys == ["first", "zwei ü", "unfinished", END]


async def test_a_closed_input_is_an_input_that_ends() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    os.close(reading)
    keys = [key async for key in Pipe(PlainPainter(io.StringIO()), reading).keys(nothing)]
    assert keys == [END]


async def test_the_prompt_gives_lines_ctrl_c_and_ctrl_d() -> None:
    typed: list[Key] = []
    with create_pipe_input() as source:
        prompt = Prompt(PlainPainter(io.StringIO()), source, DummyOutput())
        source.send_text("hello\r\x03y\r\x04")
        async with asyncio.timeout(60), aclosing(prompt.keys(nothing)) as keys:
            typed = [key async for key in keys]
    assert typed == ["hello", INTERRUPT, "y", END]


async def test_lines_are_shown_with_and_without_a_prompt() -> None:
    out, drawn = io.StringIO(), asyncio.Event()

    def below(_: int) -> Sequence[Line]:
        drawn.set()
        return (line(("live", "dim")),)

    with create_pipe_input() as source:
        prompt = Prompt(PlainPainter(out), source, DummyOutput())
        await prompt.show((line("before"),))
        async with asyncio.timeout(60), aclosing(prompt.keys(below)) as keys:
            waiting = asyncio.ensure_future(anext(keys))
            await drawn.wait()
            await prompt.show((line("during"),))
            source.send_text("x\r")
            assert await waiting == "x"
    assert out.getvalue() == "before\nduring\n"
