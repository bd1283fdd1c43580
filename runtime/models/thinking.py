"""Thinking that a server leaves in the text, between tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pydantic_ai.messages import ModelResponsePart, TextPart, ThinkingPart

from runtime.ports.model import TextDelta, ThinkingDelta

_NAMES = ("think", "thinking", "thought", "thoughts", "reasoning", "seed:think")

IN_TEXT = "content"
"""The id by which the provider library knows thinking that was text; it goes back between tags."""

TAGS = {
    **{f"<{name}>": f"</{name}>" for name in _NAMES},
    "[THINK]": "[/THINK]",
    "◁think▷": "◁/think▷",
}
"""Opening and closing tags of the models whose chat template writes their thinking as text."""


@dataclass(frozen=True, slots=True)
class _Tag:
    opening: str
    closing: str

    def opens(self, text: str) -> bool:
        return text[: len(self.opening)].lower() == self.opening.lower()

    def may_open(self, text: str) -> bool:
        return self.opening[: len(text)].lower() == text.lower()

    def end(self, text: str) -> re.Match[str] | None:
        return re.search(re.escape(self.closing), text, re.IGNORECASE)

    def held(self, text: str) -> int:
        """How many characters at the end of a text may be the beginning of the closing tag."""
        longest = min(len(self.closing) - 1, len(text))
        close = self.closing.lower()
        return next((n for n in range(longest, 0, -1) if close.startswith(text[-n:].lower())), 0)


_TAGS = tuple(_Tag(opening, closing) for opening, closing in TAGS.items())


class Thinking:
    """Takes the thinking out of the text of one turn, however the text is cut into pieces.

    Models put it at the beginning, once or several times in a row; a tag behind the first word of
    the answer is a word of the answer. White space around thinking goes; nothing else is lost.
    """

    def __init__(self) -> None:
        self._rest = ""
        self._tag: _Tag | None = None
        self._begun = False  # a word of this thought has come
        self._closed = False  # a thought has ended
        self._answering = False

    @property
    def unclosed(self) -> bool:
        return self._tag is not None

    def feed(self, text: str) -> Iterator[ThinkingDelta | TextDelta]:
        self._rest += text
        before: tuple[str, _Tag | None, bool] | None = None
        while self._rest and (now := (self._rest, self._tag, self._answering)) != before:
            before = now
            yield from self._step()

    def finish(self) -> Iterator[ThinkingDelta | TextDelta]:
        """What was held back, when no more text comes."""
        rest, self._rest = self._rest, ""
        if rest and self._tag is not None:
            yield ThinkingDelta(rest)
        elif rest.strip() or (rest and not self._closed):
            yield TextDelta(rest)

    def _step(self) -> Iterator[ThinkingDelta | TextDelta]:
        if self._tag is not None:
            yield from self._think(self._tag)
        elif self._answering:
            yield TextDelta(self._rest)
            self._rest = ""
        else:
            self._begin()

    def _begin(self) -> None:
        begin = self._rest.lstrip()
        self._tag = next((tag for tag in _TAGS if tag.opens(begin)), None)
        if self._tag is not None:
            self._rest, self._begun = begin[len(self._tag.opening) :], False
        elif not any(tag.may_open(begin) for tag in _TAGS):
            self._answering = True
            self._rest = begin if self._closed else self._rest

    def _think(self, tag: _Tag) -> Iterator[ThinkingDelta]:
        rest = self._rest if self._begun else self._rest.lstrip()
        if (end := tag.end(rest)) is not None:
            thought, self._rest = rest[: end.start()], rest[end.end() :]
            self._tag, self._closed = None, True
        else:
            certain = len(rest) - tag.held(rest)
            thought, self._rest = rest[:certain], rest[certain:]
        if thought:
            self._begun = True
            yield ThinkingDelta(thought)


def apart(parts: Sequence[ModelResponsePart]) -> tuple[list[ModelResponsePart], bool]:
    """The parts of a turn, with thinking for text between tags; and whether a tag was left open.
    Where the opening tag stood in the prompt, the text begins inside."""
    thinking, apart = Thinking(), list[ModelResponsePart]()
    parts = _opened(parts)
    last = max((n for n, part in enumerate(parts) if isinstance(part, TextPart)), default=-1)
    for n, part in enumerate(parts):
        if not isinstance(part, TextPart):
            apart.append(part)
            continue
        deltas = list(thinking.feed(part.content))
        if n == last:
            deltas += thinking.finish()
        for kind, group in groupby(deltas, key=type):
            content = "".join(delta.text for delta in group)
            thought = ThinkingPart(content, id=IN_TEXT)
            apart.append(thought if kind is ThinkingDelta else replace(part, content=content))
    return apart, thinking.unclosed


_CLOSES = re.compile(r"\A((?:(?!<think>|```).){0,200000}?)\n\s*</think>", re.DOTALL | re.IGNORECASE)


def _opened(parts: Sequence[ModelResponsePart]) -> Sequence[ModelResponsePart]:
    """The parts with the tag that the first text lacks: one that closes alone on its line."""
    first = next((part for part in parts if isinstance(part, TextPart)), None)
    if first is None or not _CLOSES.match(first.content):
        return parts
    whole = replace(first, content=f"<think>{first.content}")
    return [whole if part is first else part for part in parts]
