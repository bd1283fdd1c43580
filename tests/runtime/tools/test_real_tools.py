"""Every tool that needs a sandbox, once, in a real container."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from runtime.errors import UnsafePath
from runtime.events import FileCreated
from runtime.ids import CallId, SessionId
from runtime.ports import Command
from runtime.tools.search_files import search_argv
from runtime.tools.tool import Failure, Item, Result
from sandbox import DockerSandbox, SandboxSettings
from sandbox.testing import WallClock, collect

pytestmark = pytest.mark.docker

Call = Callable[..., Awaitable[list[Item]]]


async def nobody(_: SessionId) -> bool:
    return False


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[DockerSandbox]:
    """Takes the place of the fake one, so that `call` works in a container of its own."""
    settings = SandboxSettings(
        workspace_root=tmp_path / "workspaces", instance=f"test-{uuid.uuid4().hex}"
    )
    sandbox = DockerSandbox(settings, WallClock())
    yield sandbox
    await sandbox.reaper(nobody).sweep()
    sandbox.close()


def result(items: list[Item]) -> Result:
    end = items[-1]
    assert isinstance(end, Result), end
    return end


async def test_shell(call: Call) -> None:
    end = result(await call("shell", command="pwd; echo oops >&2; echo 1 > a.txt; exit 3"))
    assert (end.exit_code, end.changed) == (3, ("+a.txt",))
    assert sorted(end.output.splitlines()) == ["/workspace", "oops"]
    again = result(await call("shell", attach=True, command="x"))
    assert (again.exit_code, again.output) == (3, end.output)


async def test_shell_at_its_timeout(call: Call) -> None:
    *_, end = await call("shell", command="echo so far; sleep 60", timeout=3)
    assert isinstance(end, Failure)
    assert (end.kind, end.output) == ("timeout", "so far\n")


async def test_shell_that_floods(call: Call) -> None:
    *_, end = await call("shell", command="yes")
    assert isinstance(end, Failure)
    assert end.kind == "output_limit"
    assert len(end.output.encode()) < 25_000


async def test_python(call: Call) -> None:
    code = "import sys\nprint('é', sys.stdin.read() == '', __name__)\n" + "#" * 150_000
    assert result(await call("python", code=code)).output == "é True __main__\n"
    end = result(await call("python", call_id="c2", code="import json\njson.loads('x')"))
    assert end.exit_code == 1
    assert "JSONDecodeError" in end.output


async def test_file_tools_see_what_the_shell_sees(call: Call) -> None:
    await call("write_file", path="src/a.py", content="a = 1\nb = 1\n")
    await call("edit_file", path="/workspace/src/a.py", old="b = 1", new="b = 'é'")
    assert result(await call("shell", command="cat src/a.py")).output == "a = 1\nb = 'é'\n"
    assert result(await call("read_file", path="src/a.py", offset=2)).output == (
        "[src/a.py: lines 2 to 2 of 2, 15 bytes in all]\nb = 'é'\n"
    )
    assert result(await call("list_files")).output.splitlines() == ["src/", "src/a.py  15"]


FILES = "mkdir -p d .git; echo 'hit (1' > d/-x; echo hit > .git/y; echo hit > d/.z; echo miss > e"


async def test_search(call: Call) -> None:
    await call("shell", command=FILES)
    found = result(await call("search_files", call_id="c2", pattern=r"^hit( \(1)?$"))
    assert found.output.splitlines() == ["d/-x:1:hit (1", "d/.z:1:hit"]
    assert result(await call("search_files", call_id="c3", pattern="-none")).output == "No matches."
    one = result(await call("search_files", call_id="c4", pattern="hit", path="d/-x"))
    assert one.output == "d/-x:1:hit (1"


async def test_search_without_ripgrep(call: Call, sandbox: DockerSandbox) -> None:
    programs = "mkdir /tmp/bin; ln -s $(command -v bash grep cut head) /tmp/bin/"
    await call("shell", command=f"{FILES}; {programs}")
    argv = ("env", "PATH=/tmp/bin", *search_argv(r"^hit( \(1)?$", "."))
    ran = await collect(sandbox.run(SessionId("box"), CallId("c2"), Command(argv, 60)))
    assert sorted(ran.stdout.splitlines()) == ["./d/-x:1:hit (1", "./d/.z:1:hit"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"pattern": "("}, "unclosed group"), ({"pattern": "a", "path": "none"}, "No such file")],
    ids=["pattern", "path"],
)
async def test_search_that_cannot_work(call: Call, arguments: dict[str, str], words: str) -> None:
    *_, end = await call("search_files", **arguments)
    assert isinstance(end, Failure)
    assert words in end.message
    assert "/tmp" not in end.message


async def test_search_is_bounded(call: Call) -> None:
    await call("shell", command="seq 5000 > n; head -c 100000 /dev/zero | tr '\\0' 1 > long")
    end = result(await call("search_files", call_id="c2", pattern="1"))
    assert end.truncated
    assert len(end.output.encode()) < 25_000


async def test_deliver(call: Call, kept: dict[str, bytes]) -> None:
    await call("shell", command="printf %%PDF > out.pdf; ln -s /etc/passwd link")
    end = result(await call("deliver", path="out.pdf"))
    assert list(kept.values()) == [b"%PDF"]
    (fact,) = end.facts
    assert isinstance(fact, FileCreated)
    assert fact.file.name == "out.pdf"
    with pytest.raises(UnsafePath):
        await call("deliver", path="link")
