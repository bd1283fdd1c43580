"""How old is what people see of runs on a chat platform: tokens as they are made, frames as the
platform showed them."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

THINKING, TEXT, RATE = 200, 800, 40.0
SAMPLE = 0.02  # seconds between two looks at the screen
WORTH_A_CARD = 400  # characters of thinking before a card appears; what is older counts from then
_WORD = re.compile(r"\bw(\d+)\b")


def word(number: int) -> str:
    return f"w{number}"


def text() -> str:
    """The answer that must stand there at the end."""
    return " ".join(word(n) for n in range(THINKING + 1, THINKING + TEXT + 1))


def newest(shown: str) -> int:
    """The newest token in what a message says; 0 if it says none."""
    return max((int(number) for number in _WORD.findall(shown)), default=0)


def is_whole(shown: Iterable[str]) -> bool:
    """Whether the messages of a thread, oldest first, say the answer once and exactly."""
    numbers = [int(number) for message in shown for number in _WORD.findall(message)]
    answer = [number for number in numbers if number > THINKING]
    return answer == list(range(THINKING + 1, THINKING + TEXT + 1))


@dataclass(slots=True)
class Watched:
    """One run. Times are seconds of the machine's clock: `said` when somebody asked for it, `began`
    when each of the model's two streams began, `signs` when anything of it could be seen, `frames`
    from when on which token could."""

    said: float
    began: dict[int, float] = field(default_factory=dict[int, float])
    signs: list[float] = field(default_factory=list[float])
    frames: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])
    exact: bool = False

    @property
    def tokens(self) -> list[float]:
        """When each token was made."""
        dependencies = ((0, THINKING), (1, TEXT))
        return [self.began[part] + n / RATE for part, count in dependencies for n in range(count)]

    @property
    def first_sign(self) -> float:
        """Seconds from the mention."""
        return min(self.signs) - self.said

    @property
    def lag(self) -> float:
        """Seconds from the last token until all of them could be seen."""
        whole = (at for at, seen in self.frames if seen == THINKING + TEXT)
        return min(whole, default=float("inf")) - self.tokens[-1]

    def staleness(self) -> list[float]:
        """The age of the oldest token that nobody can see, at each look until the last token."""
        tokens = self.tokens
        shown_from = tokens[_worth_a_card()]
        made = [max(at, shown_from) for at in tokens]
        values: list[float] = []
        place, seen, at = 0, 0, made[0]
        frames = sorted(self.frames)
        while at < made[-1]:
            while place < len(frames) and frames[place][0] <= at:
                seen = max(seen, frames[place][1])
                place += 1
            values.append(max(0.0, at - made[seen]) if seen < len(made) else 0.0)
            at += SAMPLE
        return values


def _worth_a_card() -> int:
    """The first token with which the thinking is worth a card."""
    size = 0
    for number in range(1, THINKING + 1):
        size += len(word(number)) + 1
        if size > WORTH_A_CARD:
            return number - 1
    return THINKING - 1


@dataclass(frozen=True, slots=True)
class Crowd:
    """All runs of one measurement."""

    runs: Sequence[Watched]

    @property
    def values(self) -> list[float]:
        return sorted(value for run in self.runs for value in run.staleness())

    @property
    def fairness(self) -> float:
        """Jain's index of the runs' mean staleness: 1 is equal, 1/n is all for one."""
        means = [statistics.mean(run.staleness()) for run in self.runs]
        return sum(means) ** 2 / (len(means) * sum(mean * mean for mean in means))
