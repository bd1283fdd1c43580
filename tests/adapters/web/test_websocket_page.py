"""docs/websocket.md: its programs run against a served workbench, its frames are what is served."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import pytest
from web_house import Bench, open_bench

from adapters.web import frames
from runtime.approvals import Duration
from runtime.ports import Message
from runtime.testing.model import Line, ScriptedModel

PAGE = (Path(__file__).parents[3] / "docs" / "websocket.md").read_text(encoding="utf-8")
DELETE = Line(thinking="Hm.", calls=(("shell", {"command": "rm -rf build"}),))


def first(messages: Sequence[Message]) -> Line:
    return DELETE if "Delete" in str(messages) else Line(text="Hello.")


MIND = ScriptedModel((first, Line(text="The folder is gone.")))


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


async def run(bench: Bench, program: str) -> str:
    """What it prints."""
    said: list[str] = []

    def tell(*words: object) -> None:
        said.append(" ".join(map(str, words)))

    names: dict[str, Any] = {"http": bench.http, "print": tell}
    exec(f"async def main():\n{textwrap.indent(program, '    ')}", names)  # noqa: S102 -- our page
    await names["main"]()
    return "\n".join(said)


async def test_every_program_runs(tmp_path: Path) -> None:
    """In the order of the page: later ones find what earlier ones did."""
    async with open_bench(tmp_path, model=MIND) as bench:
        told = [await run(bench, program) for program in blocks("python")]
    follow, faults, chat, files, sessions, health = told
    assert follow == "medium rm -rf build\nThe folder is gone."
    assert faults.splitlines()[0] == "the frame is not JSON"
    assert faults.splitlines()[1].startswith("late ")
    assert "send JSON such as" in chat
    assert files.startswith("notes.txt 13\nb'Mind the gap.' attachment;")
    assert sessions.splitlines()[0] == "Delete the build folder done"
    assert sessions.splitlines()[-1] == "Message: Ann: Delete the build folder"
    assert {"run done", "gate done", "answer done"} <= set(sessions.splitlines())
    assert health.startswith("ready\n['aether_sockets")


@pytest.mark.parametrize("line", [row for row in blocks("json")[1].splitlines() if row])
def test_every_frame_that_goes_in_is_taken(line: str) -> None:
    sent = json.loads(line)
    for file in sent.get("files", ()):
        file["artifact"] = "0" * 64  # the page shortens it
    assert frames.read(json.dumps(sent)).type == sent["type"]


def test_all_frames_are_on_the_page() -> None:
    shown = [json.loads(line)["type"] for line in blocks("json")[1].splitlines()]
    kinds = [kind.model_fields["type"].annotation for kind in get_args(frames.Sent)]
    assert shown == [get_args(kind)[0] for kind in kinds]
    assert all(f"`{duration.value}`" in PAGE for duration in Duration)


def test_what_comes_out_is_json() -> None:
    names = [next(iter(json.loads(line))) for line in blocks("json")[0].splitlines()]
    assert names == ["hello", "event", "fragment", "snapshot", "ack", "error"]
