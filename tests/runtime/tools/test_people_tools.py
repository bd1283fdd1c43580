"""plan, ask and deliver: what people see of a run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.events import FileCreated, FileRef, PlanCreated, StepStarted
from runtime.ids import ArtifactHash, CallId, SessionId, StepId
from runtime.plan import Step, StepStatus
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.deliver import LARGEST
from runtime.tools.file_name import LONGEST, file_name
from runtime.tools.tool import Failure, Item, Question, Result

Call = Callable[..., Awaitable[list[Item]]]
BOX = SessionId("box")


async def test_a_plan_becomes_facts_and_is_read_back(call: Call) -> None:
    (end,) = await call("plan", steps=[{"title": "look", "status": "active"}, {"title": "tell"}])
    steps = (Step(id=StepId("1"), title="look"), Step(id=StepId("2"), title="tell"))
    assert end == Result(
        "Plan: 0 of 2 steps ended.\n1. [active] look\n2. [pending] tell",
        facts=(PlanCreated(steps=steps), StepStarted(step_id=StepId("1"))),
    )


async def test_the_same_plan_again_changes_nothing(call: Call) -> None:
    plan = (Step(id=StepId("1"), title="look", status=StepStatus.ACTIVE),)
    (end,) = await call("plan", plan=plan, steps=[{"title": "look", "status": "active"}])
    assert isinstance(end, Result)
    assert end.facts == ()
    assert "go on with the work" in end.output


async def test_ask_waits_for_people(call: Call) -> None:
    items = await call("ask", question=" Which one? ", options=["a", "b", "a"])
    assert items == [Question("Which one?", ("a", "b"))]


async def test_deliver_stores_the_bytes_beside_the_fact(
    call: Call, sandbox: FakeSandbox, kept: dict[str, bytes]
) -> None:
    sandbox.put(BOX, "out/report.pdf", b"%PDF")
    (end,) = await call("deliver", path="out/report.pdf", title="Sales: 2026")
    ((name, data),) = kept.items()
    assert data == b"%PDF"
    file = FileRef(
        name="Sales_ 2026.pdf", artifact=ArtifactHash(name), size=4, media_type="application/pdf"
    )
    assert end == Result(
        "Delivered Sales_ 2026.pdf (4 bytes) to the thread.",
        facts=(FileCreated(file=file, call_id=CallId("c1")),),
    )


@pytest.mark.parametrize(("data", "words"), [(b"", "is empty"), (b"a" * (LARGEST + 1), "Compress")])
async def test_what_cannot_be_delivered_is_told(
    call: Call, sandbox: FakeSandbox, kept: dict[str, bytes], data: bytes, words: str
) -> None:
    sandbox.put(BOX, "n", data)
    (end,) = await call("deliver", path="n")
    assert isinstance(end, Failure)
    assert words in end.message
    assert kept == {}


@pytest.mark.parametrize(
    ("path", "title", "name"),
    [
        ("a/b.txt", "", "b.txt"),
        ("a/b.tar.gz", "", "b.tar.gz"),
        ("a/b.exe", "photo.png", "photo.png.exe"),
        ("a/b.txt", "c.txt", "c.txt"),
        (".env", "", ".env"),
        ("a\u202etxt.exe", "", "atxt.exe"),
        ('a<b>:"c|?.md', "", "a_b___c__.md"),
        ("a\nb.md", "", "a b.md"),
        ("x" * 300 + ".md", "", "x" * (LONGEST - 3) + ".md"),
        ("b", "///", "___"),
        ("\u200b", "", "file"),
        ("a.", " ", "a"),
    ],
)
def test_names_for_people(path: str, title: str, name: str) -> None:
    assert file_name(path, title) == name


@given(st.text(), st.text())
def test_any_name_becomes_a_plain_one(path: str, title: str) -> None:
    name = file_name(path, title)
    assert 0 < len(name) <= LONGEST
    assert not set(name) & set('/\\:*?"<>|\n\r\0')
    assert name not in (".", "..")
    assert name == name.strip()
