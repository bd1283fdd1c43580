"""What the doctor finds, with fakes at the ports."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot import checks, doctor
from bot.logs.redact import Redactor
from runtime.errors import ModelRefused
from runtime.journal import exclusive
from runtime.ports import Exited, Output
from runtime.ports.findings import Finding, bad, fatal, good, poor
from runtime.testing.model import Line, ScriptedModel
from runtime.testing.sandbox import FakeSandbox

FIT = Line(calls=(("ready", {"word": "yes"}),))


def test_python() -> None:
    assert checks.python().state == "good"
    old = checks.python((3, 10, 9))
    assert (old.state, old.text) == ("fatal", "3.10.9 is too old")
    assert "make up" in old.remedy


def test_packages_from_here() -> None:
    found = checks.packages(doctor.ROOT)
    assert found.state == "good"
    assert "bot, runtime" in found.text


def test_a_shadowed_package_is_named(tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    found = checks.packages(tmp_path)
    assert found == fatal(
        "Packages",
        f"shadowed: bot comes from {doctor.ROOT / 'bot'}",
        "Start Aether in its own folder and virtual environment, without PYTHONPATH.",
    )


def test_data_folder(tmp_path: Path) -> None:
    assert checks.data_folder(tmp_path / "new").state in ("good", "poor")
    (tmp_path / "file").write_text("")
    found = checks.data_folder(tmp_path / "file" / "below")
    assert found.state == "fatal"
    assert "AETHER_DATA_DIR" in found.text


async def test_database(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    url = f"sqlite:///{file}"
    assert await checks.database(url, "a.db", tmp_path) == good(
        "Database", "a.db, empty; nobody serves it now"
    )
    async with exclusive(url, "http://host"):
        found = await checks.database(url, "a.db", tmp_path)
    assert found.state == "good"
    assert "is served by process" in found.text
    file.write_bytes(b"not a database at all" * 100)
    found = await checks.database(url, "a.db", tmp_path)
    assert found.state == "fatal"
    assert str(file) in found.text


async def test_container() -> None:
    sandbox = FakeSandbox(isolation="Docker, no network, 512 MB")
    sandbox.on(lambda argv: argv[0] == "echo", Output(checks.HELLO + "\n"))
    found = await checks.container(sandbox)
    assert found.state == "good"
    assert found.text.startswith("Docker, no network, 512 MB; a program ran in ")


async def test_a_container_that_says_something_else() -> None:
    sandbox = FakeSandbox()
    sandbox.on(lambda _: True, Output("sh: not found"), Exited(127, "exit", 0.1))
    found = await checks.container(sandbox)
    assert found.state == "poor"
    assert "sh: not found (exit, exit code 127)" in found.text


async def test_no_container_is_poor_but_not_bad() -> None:
    sandbox = FakeSandbox()
    sandbox.unavailable = "no Docker engine answers: install or start Docker"
    found = await checks.container(sandbox)
    assert (found.state, found.text) == ("poor", sandbox.unavailable)
    assert "are refused" in found.remedy


@pytest.mark.parametrize(
    ("line", "state", "text"),
    [
        (FIT, "good", "Because. scripted answers and calls tools."),
        (Line(text="Hello."), "bad", "Because. scripted answers, but got no tools"),
        (Line(fails=ModelRefused("The key is wrong.")), "bad", "Because. The key is wrong."),
    ],
)
async def test_model(line: Line, state: str, text: str) -> None:
    found = await checks.model(ScriptedModel([line]), "Because.")
    assert found.state == state
    assert found.text.startswith(text)


async def stream(*items: str | Finding) -> AsyncGenerator[str | Finding]:
    for item in items:
        yield item


@pytest.mark.parametrize(
    ("found", "code", "last"),
    [
        ((good("A", "fine", "demo model"),), 0, "Ready (demo model)."),
        (
            (good("A", "fine", "gpt"), poor("B", "gone", "Do it."), good("C", "fine", "Slack")),
            0,
            "Ready (gpt, Slack). To look at: B.",
        ),
        (
            (bad("A", "gone", "Do it."), poor("B", "gone"), bad("C", "gone")),
            1,
            "Aether starts, but tasks will fail until this is fixed: A, C.",
        ),
        (
            (bad("A", "gone"), fatal("B", "gone", "Do it."), fatal("B", "too")),
            1,
            "Aether does not start until this is fixed: B.",
        ),
    ],
)
async def test_report(
    found: tuple[Finding, ...], code: int, last: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await doctor.report(stream("looking", *found), Redactor()) == code
    rows = capsys.readouterr().out.splitlines()
    assert last in rows[-1]
    assert ("→ Do it." in "".join(rows)) == any(one.remedy for one in found)


async def test_report_hides_secrets_and_control_codes(capsys: pytest.CaptureFixture[str]) -> None:
    found = bad("A", "key s3cret-value\x1b[2J", "use s3cret-value")
    await doctor.report(stream(found), Redactor(["s3cret-value"]))
    out = capsys.readouterr().out
    assert "s3cret" not in out
    assert "\x1b" not in out


def test_bad_settings_end_the_examination(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("mdoe: semi")
    assert doctor.examine(file) == 1
    assert f"{file} line 1: mdoe is not a setting; did you mean mode?" in capsys.readouterr().out
