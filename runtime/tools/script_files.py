"""The files that a command runs, as far as its text names them plainly.

What it does not name (a variable, a glob, a module, a program of the image) is not guessed: a file
that is named here is run, or would be if the command came so far; others may be run beside it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from runtime.tools.paths import WORKSPACE
from runtime.tools.shell_words import Word, Words, commands

MOST = 10
"""Files of one command that are looked at."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """`takes`: options that are followed by a value. `inline`: letters of options after which there
    is no script, but its text or a module."""

    takes: frozenset[str] = frozenset()
    inline: str = ""


_SHELL = Interpreter(frozenset({"-o", "+o", "-O", "+O", "--rcfile", "--init-file"}), "c")
_PYTHON = Interpreter(frozenset({"-W", "-X", "--check-hash-based-pycs"}), "cm")
_NODE = Interpreter(
    frozenset({"-r", "--require", "--import", "--loader", "-C", "--conditions"}), "ep"
)
_INTERPRETERS = (
    (re.compile(r"(?:ba|da|z|k|a)?sh"), _SHELL),
    (re.compile(r"(?:python|pypy)[\d.]*"), _PYTHON),
    (re.compile(r"node(?:js)?|tsx|ts-node"), _NODE),
    (re.compile(r"perl|ruby"), Interpreter(frozenset({"-I", "-r"}), "eE")),
    (re.compile(r"Rscript|lua[\d.]*"), Interpreter(frozenset({"-l"}), "e")),
    (re.compile(r"php[\d.]*"), Interpreter(frozenset({"-d", "-c"}), "r")),
)
_WRAPPERS = {
    "env": ("-u --unset", 0),
    "nohup": ("", 0),
    "setsid": ("", 0),
    "exec": ("-a", 0),
    "command": ("", 0),
    "builtin": ("", 0),
    "sudo": ("-u -g", 0),
    "nice": ("-n", 0),
    "stdbuf": ("-i -o -e", 0),
    "timeout": ("-k -s", 1),
    "time": ("-f -o", 0),
    "xvfb-run": ("", 0),
}
"""Programs that run another one: options with a value, and words of their own before it."""

_KEYWORDS = frozenset({"if", "then", "elif", "else", "while", "until", "do", "!", "{", "time"})
_ASSIGNED = re.compile(r"[A-Za-z_]\w*=")
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")


def script_files(text: str) -> tuple[str, ...]:
    """Paths in the workspace, canonical and relative to it, each once: the first `MOST`."""
    return _inside(_run(text, WORKSPACE))


def _run(text: str, folder: str | None, depth: int = 0) -> Iterator[str]:
    """`folder` is where the command stands, None where nobody knows."""
    places = _Places(folder)
    piped: Words | None = None
    for command in commands(text):
        if command.after == "(" and command.words:
            return  # a function: what follows may not run
        words = _bare(command.words)
        places.follow(command, words)
        if depth < _DEEP and (inner := _inline(words)) is not None:
            yield from _run(inner, places.now, depth + 1)
        command = replace(command, words=words)
        yield from _of(command, places.now, piped)
        piped = command if command.after == "|" else None


class _Places:
    """In which folder each command stands; None where nobody knows."""

    def __init__(self, now: str | None) -> None:
        self.now = now
        self._outer: list[str | None] = []
        self._blocks = 0  # open ifs and loops: what stands in them may not happen

    def follow(self, command: Words, words: Sequence[Word]) -> None:
        if command.before == ")" and self._outer:
            self.now = self._outer.pop()
        if command.after == "(":
            self._outer.append(self.now)
        first = command.words[0] if command.words else None
        self._blocks += (first in _OPEN) - (first in _CLOSE)
        if not words or words[0] not in ("cd", "pushd", "popd"):
            return
        if command.before in _PIPES or command.after in (*_PIPES, "&"):
            return  # in a process of its own
        sure = words[0] == "cd" and not self._blocks and "||" not in (command.before, command.after)
        self.now = _entered(words, self.now) if sure else None


_PIPES = ("|", "|&")
_OPEN = frozenset({"if", "while", "until", "for", "case", "select"})
_CLOSE = frozenset({"fi", "done", "esac"})


_DEEP = 3


def _bare(words: Sequence[Word]) -> list[Word]:
    """Without what stands before the program: keywords, assignments, programs that run another."""
    left = list(words)
    while left and (first := left[0]) is not None:
        name = first.rpartition("/")[2]
        if first in _KEYWORDS or _ASSIGNED.match(first):
            left = left[1:]
        elif name in _WRAPPERS:
            takes, own = _WRAPPERS[name]
            left = _operands(left[1:], frozenset(takes.split()))[own:]
        else:
            break
    return left


def _operands(words: Sequence[Word], takes: frozenset[str]) -> list[Word]:
    """What follows the options."""
    at = 0
    while at < len(words):
        word = words[at]
        if word is None or not word.startswith(("-", "+")) or word == "-":
            break
        at += 2 if word in takes else 1
        if word == "--":
            break
    return list(words[at:])


def _entered(words: Sequence[Word], folder: str | None) -> str | None:
    """Where the commands behind a `cd` stand."""
    target = words[1] if len(words) == 2 else None
    if not target or target.startswith("-"):
        return None
    return next(_at(folder, target), None)


def _inline(words: Sequence[Word]) -> str | None:
    """The text of `sh -c text`, or of `eval text`."""
    if not words or words[0] is None:
        return None
    if words[0] == "eval":
        known = [word for word in words[1:] if word is not None]
        return " ".join(known) if len(known) == len(words) - 1 else None
    if not _SHELL_NAME.fullmatch(words[0].rpartition("/")[2]):
        return None
    for at, word in enumerate(words[1:], start=1):
        if word is None or not word.startswith("-"):
            return None
        if re.fullmatch(r"-[a-zA-Z]*c[a-zA-Z]*", word):
            rest = _operands(words[at + 1 :], _SHELL.takes)
            return rest[0] if rest else None
    return None


_SHELL_NAME = _INTERPRETERS[0][0]


def _of(command: Words, folder: str | None, piped: Words | None = None) -> Iterator[str]:
    """Absolute paths that one simple command runs."""
    words = command.words
    if not words or words[0] is None:
        return
    program, named = words[0], words[0].rpartition("/")[2]
    if "/" in program:
        yield from _at(folder, program)
    if program in (".", "source"):
        yield from _at(folder, *_operands(words[1:], frozenset())[:1])
    elif named in ("make", "gmake"):
        yield from _makefiles(words[1:], folder)
    else:
        for pattern, interpreter in _INTERPRETERS:
            if pattern.fullmatch(named):
                yield from _at(folder, *_scripts(command, interpreter, piped))


def _scripts(command: Words, known: Interpreter, piped: Words | None) -> Iterator[Word]:
    """The script of an interpreter: its first operand, or else what it reads."""
    rest = command.words[1:]
    operands = _operands(rest, known.takes)
    for option in rest[: len(rest) - len(operands)]:
        if option and re.fullmatch(rf"-[a-zA-Z]*[{known.inline or '-'}].*", option):
            return
        if option in ("--eval", "--print", "--version", "--help"):
            return
    if "-s" in rest and known is _SHELL:
        operands = []
    if operands and operands[0] != "-":
        yield operands[0]
    elif command.stdin is not None:
        yield command.stdin
    elif piped is not None and piped.words[:1] == ["cat"]:
        yield from piped.words[1:] or [piped.stdin]


def _makefiles(words: Sequence[Word], folder: str | None) -> Iterator[str]:
    files: list[Word] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word in ("-C", "--directory"):
            folder = next(_at(folder, left.pop(0)), None) if left else None
        elif word in ("-f", "--file", "--makefile"):
            files += [left.pop(0)] if left else []
        elif word and (found := re.fullmatch(r"(?:--file=|--makefile=|-f)(.+)", word)):
            files.append(found[1])
        elif word and (found := re.fullmatch(r"(?:--directory=|-C)(.+)", word)):
            folder = next(_at(folder, found[1]), None)
    yield from _at(folder, *(files or _MAKEFILES))


def _at(folder: str | None, *names: Word) -> Iterator[str]:
    for name in names:
        if name and (name.startswith("/") or folder is not None):
            yield posixpath.normpath(posixpath.join(folder or "/", name))


def _inside(paths: Iterator[str]) -> tuple[str, ...]:
    """Those of the workspace, as tools name them."""
    found = (
        path.removeprefix(f"{WORKSPACE}/") for path in paths if path.startswith(f"{WORKSPACE}/")
    )
    return tuple(islice(dict.fromkeys(found), MOST))
