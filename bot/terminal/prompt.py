"""The input line of a terminal, with what is live above it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import Style

from bot.terminal.keyboard import END, INTERRUPT, Below, Key
from bot.terminal.lines import Item
from bot.terminal.painter import Painter

if TYPE_CHECKING:
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import Output

_STYLE = Style.from_dict(
    {
        "dim": "ansibrightblack",
        "bold": "bold",
        "good": "ansigreen",
        "warn": "ansiyellow",
        "bad": "bold ansired",
        "accent": "ansicyan",
    }
)
_REDRAW = 0.12  # seconds; the spinner's pace
_INPUT_ROWS = 3  # kept free for the typed text


class Prompt:
    """A terminal on both sides. What is below is drawn anew all the time and leaves no trace."""

    interactive = True

    def __init__(
        self,
        painter: Painter,
        source: Input | None = None,
        screen: Output | None = None,
    ) -> None:
        self._painter = painter
        self._session: PromptSession[str] = PromptSession(
            erase_when_done=True, style=_STYLE, input=source, output=screen
        )

    async def show(self, items: Sequence[Item]) -> None:
        """Above the input line."""
        if not items:
            return
        if self._session.app.is_running:
            await run_in_terminal(lambda: self._painter.paint(items))
        else:
            self._painter.paint(items)

    async def keys(self, below: Below) -> AsyncGenerator[Key]:
        with patch_stdout(raw=True):
            while True:
                try:
                    # While lines are printed, Ctrl-C is a signal and no key: `bot.run` hears it.
                    text = await self._session.prompt_async(
                        lambda: self._message(below),
                        refresh_interval=_REDRAW,
                        handle_sigint=False,
                    )
                except KeyboardInterrupt:
                    yield INTERRUPT
                except EOFError:
                    yield END
                    return
                else:
                    yield text

    def _message(self, below: Below) -> StyleAndTextTuples:
        size = self._session.app.output.get_size()
        rows = below(size.columns - 1)[-max(size.rows - _INPUT_ROWS, 1) :]
        parts: StyleAndTextTuples = []
        for row in rows:
            parts += [(f"class:{span.style}", span.text) for span in row.spans]
            parts.append(("", "\n"))
        return [*parts, ("class:accent", "> ")]
