"""The commands of a shell text as plain words. What a shell would have to work out (variables,
globs, substitutions) is no plain word: it is None, so that nobody takes it for a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

Word = str | None

LONGEST = 2_000
"""Words and operators that are read of a text."""

_TOKEN = re.compile(
    r"""(?P<blank>[ \t]+|\\\n)
    |(?P<comment>(?<![^\s;|&()])\#[^\n]*)
    |(?P<here><<-?(?!<)[ \t]*(?P<end>[^\s;|&()<>]+))
    |(?P<redirect>\d*(?:<<<|>>|>\||>&|<&|<>|&>>|&>|<|>))
    |(?P<operator>&&|\|\||;;|\|&|[;|&()\n])
    |(?P<word>(?:\$\((?:[^()]|\([^()]*+\))*+\)|(?<==)\([^()]*+\)|`[^`]*+`
        |[^\s;|&()<>\\'"`]|\\[^\n]|'[^']*'|"(?:[^"\\]|\\.)*+")++)""",
    re.VERBOSE | re.DOTALL,
)
_PART = re.compile(r"""\\(.)|'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\\'"]+)""", re.DOTALL)
_ASSIGNED = re.compile(r"[A-Za-z_]\w*\+?=")
_WORKED_OUT = re.compile(r"[$`*?\[{]|^~")


@dataclass(slots=True)
class Words:
    """One simple command. `stdin` is the file that it reads; `before` and `after` are the operators
    around it, "" at the ends of the text."""

    words: list[Word] = field(default_factory=list[Word])
    stdin: Word = None
    before: str = ""
    after: str = ""


def commands(text: str) -> Iterator[Words]:
    """The commands in their order, as far as the text can be read: it ends at the first thing that
    is none of the common ones."""
    at, ends, now, redirect = 0, list[str](), Words(), ""
    for _ in range(LONGEST):
        token = _TOKEN.match(text, at)
        if token is None:  # the end, or an open quote
            break
        at = token.end()
        match token.lastgroup:
            case "word":
                _add(now, redirect, token["word"])
                redirect = ""
            case "here":
                ends.append(_plain(token["end"]) or token["end"])
            case "redirect":
                redirect = token["redirect"]
            case "operator":
                if token[0] == "\n" and ends:
                    at, ends = _behind(text, at, ends), []
                now.after = token[0]
                yield now
                now, redirect = Words(before=token[0]), ""
            case _:
                pass
    yield now


def _add(now: Words, redirect: str, word: str) -> None:
    """A word of the command, or the file of a redirection. Assignments are no part of it."""
    if redirect in ("<", "0<"):
        now.stdin = _plain(word)
    elif not redirect and (now.words or not _ASSIGNED.match(word)):
        now.words.append(_plain(word))


def _behind(text: str, at: int, ends: list[str]) -> int:
    """Where the text goes on behind its here-documents: they are no commands."""
    for end in ends:
        found = re.compile(rf"^\t*{re.escape(end)}$", re.MULTILINE).search(text, at)
        at = len(text) if found is None else found.end()
    return at


def _plain(word: str) -> Word:
    if word in ("{", "}"):
        return word
    parts: list[str] = []
    for escaped, single, double, bare in _PART.findall(word):
        if re.search(r"[$`]", double) or _WORKED_OUT.search(bare):
            return None
        parts += [escaped, single, re.sub(r'\\(["\\])', r"\1", double), bare]
    return "".join(parts)
