"""No file needs itself to start: what imports what, read off the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "runtime", "adapters", "sandbox", "config")


def needed_at_start(tree: ast.Module) -> Iterator[str]:
    """What a file must have imported before it is there itself: not what functions import, and not
    what only the type checker reads."""
    for node in tree.body:
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{alias.name}" for alias in names)
            case _:
                pass


def circles(files: dict[str, str]) -> list[set[str]]:
    """Modules of which each needs the others to start. `files` are sources by dotted name."""

    def target(name: str) -> str:
        return name if name in files else name.rpartition(".")[0]

    graph = {
        name: {target(found) for found in needed_at_start(ast.parse(text))} & files.keys() - {name}
        for name, text in files.items()
    }
    while leaves := {name for name, needs in graph.items() if not needs & graph.keys()}:
        graph = {name: needs for name, needs in graph.items() if name not in leaves}
    while roots := {n for n in graph if not any(n in needs for needs in graph.values())}:
        graph = {name: needs for name, needs in graph.items() if name not in roots}
    return [{*graph}] if graph else []


def module_of(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def test_no_circle_of_files() -> None:
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    sources = {module_of(file.relative_to(ROOT).as_posix()): file.read_text() for file in files}
    assert circles(sources) == []


def test_a_circle_is_seen() -> None:
    files = {"a": "import b", "b": "from c import x", "c": "import a", "d": "import a"}
    assert circles(files) == [{"a", "b", "c"}]
    assert circles(files | {"c": "def f():\n    import a"}) == []
    assert circles(files | {"c": "if TYPE_CHECKING:\n    import a"}) == []
