"""Places: what may differ from channel to channel, and which of it holds where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from config.chats import Replies
from config.gates import Gates
from config.section import Section

Mode = Literal["semi", "auto", "ask"]
PLATFORMS = ("slack", "discord", "web", "terminal", "embedded")
STANDARD = "standard"
"""The name of what holds where no place says otherwise."""


class Limits(Section):
    """What one allotment of a run may spend: model turns, tokens, seconds of work, US dollars.
    `calls` is the most tool calls of one turn."""

    calls: Annotated[int, Field(ge=1, le=128)]
    turns: PositiveInt
    tokens: PositiveInt
    seconds: PositiveFloat
    cost: PositiveFloat


class Size(Section):
    """The size of a container."""

    memory_mb: PositiveInt
    cpus: PositiveFloat
    pids: PositiveInt
    tmp_mb: PositiveInt


class Place(Section):
    """Everything that may differ from place to place. `model` is `models.default` there; the others
    are called as in the whole of the settings."""

    model: str
    mode: Mode
    instructions: str
    tools: tuple[str, ...]
    gates: Gates
    limits: Limits
    sandbox: Size
    threads: Replies


@dataclass(frozen=True, slots=True)
class Pattern:
    """Where an entry holds: "slack/T0123/C0456", with `*` for any letters; what is left out at the
    end may be anything. Ids are compared without regard to case."""

    platform: str
    team: str = "*"
    channel: str = "*"

    def matches(self, platform: str, team: str, channel: str) -> bool:
        given = zip((platform, team, channel), self._parts, strict=True)
        return all(fnmatchcase(name.casefold(), part) for name, part in given)

    @property
    def exactness(self) -> tuple[int, ...]:
        """The channel counts first, then the team: 2 for an id, 1 for a part of one."""
        return tuple(0 if p == "*" else 1 if "*" in p else 2 for p in reversed(self._parts))

    @property
    def _parts(self) -> tuple[str, str, str]:
        return self.platform.casefold(), self.team.casefold(), self.channel.casefold()


def pattern_of(text: str) -> Pattern:
    """Raises ValueError with what is wrong, and the remedy."""
    parts = text.strip().split("/")
    if len(parts) > 3 or not parts[0]:
        raise ValueError("must be written as platform/team/channel, such as slack/T0123/C0456")
    if parts[0].lower() not in (*PLATFORMS, "*"):
        raise ValueError(f"begins with no platform; there is {', '.join(PLATFORMS)}, or *")
    if odd := next((part for part in parts if not set(part).isdisjoint("#@[]? \t")), None):
        raise ValueError(
            f"names {odd!r} where an id belongs: write the ids that the platform shows"
        )
    return Pattern(*parts)


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry of `places`. `name` is that of its profile, or its own; `path` is where its values
    stand in the settings; `entry` is its key."""

    pattern: Pattern
    entry: str
    name: str
    path: tuple[str, str]
    values: Place


def placed_at(entries: Sequence[Placed], platform: str, team: str, channel: str) -> Placed | None:
    """The entry that holds here: the most exact one, of equally exact ones the first."""
    fitting = [entry for entry in entries if entry.pattern.matches(platform, team, channel)]
    return max(fitting, key=lambda entry: entry.pattern.exactness, default=None)
