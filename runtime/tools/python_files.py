"""The files that a Python script runs, as far as its text names them plainly: as with a command."""

from __future__ import annotations

import ast
import posixpath
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from itertools import islice

from runtime.tools.paths import WORKSPACE
from runtime.tools.script_files import MOST, script_files

_COMMANDS = frozenset(
    {
        *("os.system", "os.popen", "pty.spawn", "subprocess.run", "subprocess.call"),
        *("subprocess.check_call", "subprocess.check_output", "subprocess.Popen"),
        *("subprocess.getoutput", "subprocess.getstatusoutput"),
        *("asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"),
    }
)
"""Functions that run a command: a text for a shell, or its words, in a list or one by one."""

_REPLACING = re.compile(r"os\.(?:exec[lv]p?e?|posix_spawnp?)")
"""Functions whose words begin twice: what is run, and how it is called."""

_TEXTS = frozenset({"exec", "eval", "compile"})
"""Functions that run the text they are given: it may be that of any file that the script opens."""

_OPENING = frozenset({"open", "io.open", "codecs.open", "pathlib.Path"})

_MODULES = frozenset({"__import__", "importlib.import_module", "runpy.run_module"})


def python_files(code: str) -> tuple[str, ...]:
    """Paths in the workspace, canonical and relative to it, each once: the first `MOST`. None for
    what is no Python."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    names = _Names(tree)
    found = (path for node in ast.walk(tree) for path in _of(node, names))
    return tuple(islice(dict.fromkeys(found), MOST))


class _Names:
    """What the names of a script stand for, where it imports them."""

    def __init__(self, tree: ast.AST) -> None:
        self._known: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for each in node.names:
                    self._known[each.asname or each.name] = each.name
            elif isinstance(node, ast.ImportFrom):
                for each in node.names:
                    self._known[each.asname or each.name] = f"{node.module or ''}.{each.name}"
        self.runs_text = any(
            isinstance(node, ast.Call) and self.of(node.func) in _TEXTS for node in ast.walk(tree)
        )

    def of(self, function: ast.expr) -> str:
        """Dotted, "" where nobody knows."""
        match function:
            case ast.Name(id=name):
                return self._known.get(name, name)
            case ast.Attribute(value=inner, attr=name):
                return f"{self.of(inner)}.{name}"
            case _:
                return ""


def _of(node: ast.AST, names: _Names) -> Iterator[str]:
    match node:
        case ast.Import(names=imported):
            for each in imported:
                yield from _module(each.name)
        case ast.ImportFrom(module=module, level=level, names=imported):
            if module and not level:
                yield from _module(module)
                yield from (p for each in imported for p in _module(f"{module}.{each.name}")[:1])
        case ast.Call(func=function, args=arguments, keywords=named):
            folder = next((each.value for each in named if each.arg == "cwd"), None)
            yield from _called(names, names.of(function), arguments, folder)
        case _:
            pass


def _called(
    names: _Names, name: str, arguments: Sequence[ast.expr], folder: ast.expr | None
) -> Iterator[str]:
    if name in _COMMANDS or _REPLACING.fullmatch(name):
        words = _words(arguments)
        if _REPLACING.fullmatch(name):
            del words[1:2]
        entered = "" if folder is None else f"cd {_quoted(_words([folder]))} && "
        yield from script_files(entered + _command(words))
    elif name == "runpy.run_path":
        yield from _paths(arguments[:1])
    elif name in _MODULES:
        yield from (path for module in _texts(arguments[:1]) for path in _module(module))
    elif name in _OPENING and names.runs_text:
        yield from _paths(arguments[:1])


def _words(arguments: Sequence[ast.expr]) -> list[str | None]:
    """None for a word that nobody knows."""
    parts = [
        part
        for argument in arguments
        for part in (argument.elts if isinstance(argument, ast.List | ast.Tuple) else [argument])
    ]
    return [next(iter(_texts([part])), None) for part in parts]


def _command(words: Sequence[str | None]) -> str:
    """As a shell would read it: one word is its text."""
    return (words[0] or "") if len(words) == 1 else _quoted(words)


def _quoted(words: Sequence[str | None]) -> str:
    return " ".join("$x" if word is None else shlex.quote(word) for word in words)


def _texts(arguments: Sequence[ast.expr]) -> list[str]:
    return [a.value for a in arguments if isinstance(a, ast.Constant) and isinstance(a.value, str)]


def _paths(arguments: Sequence[ast.expr]) -> Iterator[str]:
    for text in _texts(arguments):
        if not text or "\n" in text or "\0" in text:
            continue
        path = posixpath.normpath(posixpath.join(WORKSPACE, text))
        if path.startswith(f"{WORKSPACE}/"):
            yield path.removeprefix(f"{WORKSPACE}/")


def _module(name: str) -> tuple[str, ...]:
    """Where a module of the workspace would lie; the script stands there. What every Python has is
    not looked for."""
    parts = name.split(".")
    if parts[0] in sys.stdlib_module_names or not all(part.isidentifier() for part in parts):
        return ()
    packages = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    return f"{packages[-1]}.py", *(f"{package}/__init__.py" for package in packages)
