"""The rules of design.md, section 3, that a machine can hold, and proof that each can fail.

A rule is a function from source text to complaints, so that the snippets go the way of real files.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "runtime", "adapters", "sandbox", "config")

# What each room may import of other rooms; a name covers everything below it.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "runtime": (),
    "config": (),
    "sandbox": ("runtime.ids", "runtime.ports", "runtime.errors"),
    "adapters": (
        "runtime.ids",
        "runtime.events",
        "runtime.view",
        "runtime.plan",
        "runtime.approvals",
        "runtime.ports",
        "runtime.errors",
    ),
    "bot": ROOMS,
}

# Where a library may be imported; elsewhere a port stands for it.
CONFINED = {
    "slack_bolt": ("adapters/slack",),
    "slack_sdk": ("adapters/slack", "adapters/simulators/slack"),
    "discord": ("adapters/discord",),
    "docker": ("sandbox",),
    "playwright": ("sandbox",),
    "aiohttp.web": ("adapters",),
    "sqlalchemy": ("runtime/journal",),
    "alembic": ("runtime/journal",),
    "pydantic_ai": ("runtime/models",),
    "mcp": ("runtime/tools",),
    "adapters.simulators": ("adapters/simulators", "bot/chat/simulate.py"),
}

FILE_LINES, FUNCTION_LINES = 300, 40


def covers(name: str, module: str) -> bool:
    return module == name or module.startswith(f"{name}.")


def imports(tree: ast.AST) -> Iterator[str]:
    """Dotted names of all imports, however deep. `from a import b` is `a.b`: b may be a module."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                yield from (f"{'.' * level}{module or ''}.{alias.name}" for alias in names)
            case ast.Attribute(value=ast.Name(id="aiohttp"), attr="web"):
                yield "aiohttp.web"
            case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]) if ast.unparse(
                function
            ) in {"importlib.import_module", "import_module", "__import__"}:
                yield name
            case _:
                pass


def import_complaints(path: str, source: str) -> list[str]:
    """What a file of a room, named by its path from the root, imports against the rules."""
    room = path.split("/", 1)[0]
    allowed = (room, *MAY_IMPORT[room])
    if re.fullmatch(r"\w+/(.*/)?testing(\.py|/.*)", path):
        allowed = (*allowed, "runtime.testing")
    complaints: list[str] = []
    for module in imports(ast.parse(source)):
        if module.startswith("."):
            complaints.append(f"{path}: relative import {module}")
        if covers("tests", module):
            complaints.append(f"{path}: imports {module} from the tests")
        if module.split(".")[0] in ROOMS and not any(covers(name, module) for name in allowed):
            complaints.append(f"{path}: {room} may not import {module}")
        complaints += [
            f"{path}: {library} belongs in {' and '.join(homes)}"
            for library, homes in CONFINED.items()
            if covers(library, module) and not any(f"{path}/".startswith(f"{h}/") for h in homes)
        ]
    return complaints


def size_complaints(path: str, source: str) -> list[str]:
    complaints: list[str] = []
    if (length := len(source.splitlines())) > FILE_LINES:
        complaints.append(f"{path}: {length} lines")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > FUNCTION_LINES:
                complaints.append(f"{path}:{node.lineno}: {node.name} has {length} lines")
    return complaints


# Put together from parts, or this file would complain about itself.
MACHINE_PATH = re.compile(rf"(?<![\w.~/-])/(?:{'|'.join(('work', 'root'))})(?![\w-])")
INDEX = re.compile(
    "|".join(
        rf"\b{re.escape('.'.join(parts))}\b"
        for parts in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("registry-1", "docker", "io"),
            ("debian", "org/debian"),
        )
    )
)
INDEX_OPTION = re.compile(r"^\s*--?(i |index-url|extra-index-url|find-links|f )")


def text_complaints(path: str, text: str) -> list[str]:
    """Traces of the machine that a file was made on."""
    return [
        f"{path}:{number}: {kind}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), 1)
        for kind, found in (
            ("path of a machine", MACHINE_PATH.search(line)),
            ("address of a package index", INDEX.search(line)),
            ("package index", path.startswith("requirements") and INDEX_OPTION.search(line)),
        )
        if found
    ]


# --- the rooms ---


def python_files(*folders: str) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield file.relative_to(ROOT).as_posix(), file.read_text()


def test_rooms_import_only_what_they_may() -> None:
    assert [c for name, text in python_files(*ROOMS) for c in import_complaints(name, text)] == []


def test_nothing_imports_from_the_tests() -> None:
    files = python_files("tests")
    importing = [n for n, text in files for m in imports(ast.parse(text)) if covers("tests", m)]
    assert importing == []


def test_files_and_functions_are_small() -> None:
    files = python_files(*ROOMS, "tests")
    assert [c for name, text in files for c in size_complaints(name, text)] == []


def test_tests_shadow_no_room() -> None:
    assert sorted((ROOT / "tests").rglob("__init__.py")) == []


def test_files_name_no_machine() -> None:
    # New files count before they are committed. The clone may belong to somebody else, as in CI.
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT, stdout=subprocess.PIPE, check=True,
    ).stdout.decode()  # fmt: skip
    complaints: list[str] = []
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            text = (ROOT / name).read_bytes().decode(errors="replace")
            complaints += text_complaints(name, text)
    assert complaints == []


# --- proof that every rule can fail --------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("runtime/agent.py", "import adapters"),
        ("runtime/agent.py", "def f():\n    from bot import app"),
        ("runtime/agent.py", "if TYPE_CHECKING:\n    from config.settings import Settings"),
        ("runtime/agent.py", "from .ports import Clock"),
        ("runtime/agent.py", "from tests.conftest import postgres_url"),
        (
            "runtime/perform/effects.py",
            "import importlib\nimportlib.import_module('sandbox.container')",
        ),
        ("config/settings.py", "from runtime.ids import RunId"),
        ("sandbox/files.py", "from runtime.events import Event"),
        ("sandbox/files.py", "from runtime import events"),
        ("sandbox/files.py", "from runtime.testing import ManualClock"),
        ("adapters/layout/layout.py", "from runtime.ids_of_others import x"),
        ("adapters/layout/layout.py", "from runtime import AetherRuntime"),
        ("adapters/layout/layout.py", "from slack_sdk.models import Block"),
        ("adapters/slack/out.py", "import discord"),
        ("adapters/slack/out.py", "from adapters.simulators.slack.state import State"),
        ("bot/chat/lifespan.py", "from adapters.simulators import slack"),
        ("bot/composition.py", "import docker"),
        ("bot/composition.py", "from aiohttp import web"),
        ("bot/composition.py", "import aiohttp\nrunner = aiohttp.web.AppRunner()"),
        ("runtime/engine.py", "from sqlalchemy.ext.asyncio import AsyncEngine"),
        ("runtime/folds/context.py", "import pydantic_ai.messages"),
        ("runtime/models/mind.py", "from mcp import ClientSession"),
        ("adapters/web/page.py", "from playwright.async_api import Page"),
        ("bot/doctor.py", "import alembic"),
    ],
)
def test_a_forbidden_import_is_seen(path: str, source: str) -> None:
    assert len(import_complaints(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("runtime/agent.py", "from runtime.journal.store import Store"),
        ("sandbox/files.py", "from runtime import errors, ids\nimport docker"),
        ("sandbox/testing.py", "from runtime.testing import ManualClock"),
        ("adapters/slack/testing/fake.py", "from runtime.testing import ManualClock"),
        ("adapters/slack/out.py", "from slack_sdk.web.async_client import AsyncWebClient"),
        ("adapters/web/server.py", "from aiohttp import web\nfrom runtime.view import ThreadView"),
        ("adapters/simulators/slack/sdk.py", "import slack_sdk"),
        ("bot/chat/simulate.py", "from adapters.simulators.slack.state import State"),
        ("runtime/models/mind.py", "from pydantic_ai.models import Model\nimport aiohttp"),
        ("runtime/journal/migrations/env.py", "from alembic import context\nimport sqlalchemy"),
        (
            "bot/composition.py",
            "from runtime import AetherRuntime\nimport sandbox.container, config",
        ),
        ("bot/composition.py", "import dockerfile, discordant"),
    ],
)
def test_an_allowed_import_passes(path: str, source: str) -> None:
    assert import_complaints(path, source) == []


def function(lines: int) -> str:
    return "async def f():\n" + "    pass\n" * (lines - 1)


def test_sizes_are_counted() -> None:
    assert size_complaints("a.py", function(FUNCTION_LINES) + "#\n" * 260) == []
    assert size_complaints("a.py", function(FUNCTION_LINES + 1)) == ["a.py:1: f has 41 lines"]
    assert size_complaints("a.py", "#\n" * (FILE_LINES + 1)) == ["a.py: 301 lines"]


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        ("see /%s/main", 1),
        ("cd '/%s'", 1),
        ("open('/%sspace/a')", 0),
        ("docs/%s/a, ~/%s, ./%s", 0),
    ],
)
def test_paths_of_machines_are_seen(text: str, complaints: int) -> None:
    assert len(text_complaints("a.md", text.replace("%s", "work"))) == complaints


def test_addresses_of_indexes_are_seen() -> None:
    assert len(text_complaints("a.md", "https://files." + "pythonhosted" + ".org/x")) == 1
    assert len(text_complaints("requirements.txt", "--extra-index-url https://example.org")) == 1
    assert text_complaints("Makefile", "--index-url") == []
