"""A model's part written down: what it thinks, says and calls, turn by turn.

The demo plays one through the real pipeline, and tests play theirs. Nothing here imports a provider
library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """What a call of this task gave back. `arguments` is the JSON text of the call."""

    tool: str
    arguments: str
    content: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What the player knows when its turn comes: all of it stands in the conversation."""

    words: str
    """What people last said, without the name in front."""
    results: tuple[Result, ...]
    """Results of this task's calls, oldest first."""
    played: int
    """Turns of this task that were played before."""
    tools: frozenset[str]
    """Tools on offer; empty where calling is forbidden."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call. Arguments may depend on what was heard; a string is sent as it is, broken or
    not."""

    tool: str
    arguments: Mapping[str, Any] | str | Callable[[Heard], Mapping[str, Any]]  # any tool's JSON


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer of the model, in the order in which it is streamed."""

    thinking: str = ""
    text: str | Callable[[Heard], str] = ""
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Aside:
    """A task that is over in one turn, where `fits` says so at its beginning."""

    fits: Callable[[Heard], bool]
    turn: Turn


@dataclass(frozen=True, slots=True)
class Script:
    """Turns of one task. The last one has words and no calls; the next task starts from the top."""

    turns: tuple[Turn, ...]
    asides: tuple[Aside, ...] = ()

    def __post_init__(self) -> None:
        if not self.turns or self.turns[-1].calls or not self.turns[-1].text:
            raise ValueError("a script ends with a turn of words without calls")


def cue(script: Script, heard: Heard) -> Turn:
    """The turn to play now; the last one where nothing may be called."""
    if heard.played == 0:
        for aside in script.asides:
            if aside.fits(heard):
                return aside.turn
    if not heard.tools:
        return script.turns[-1]
    return script.turns[min(heard.played, len(script.turns) - 1)]
