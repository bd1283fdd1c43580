"""What the operator reads: one JSON object per event, and no secret in any of them."""

from __future__ import annotations

import errno
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.logs import logs
from bot.logs.redact import HIDDEN, Redactor
from config.load import load
from config.settings import Settings
from runtime.errors import Misconfigured

SECRET = "s3cret-value"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(environ={}, folder=tmp_path)


@pytest.fixture(autouse=True)
def fresh_structlog() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def logged(settings: Settings) -> tuple[Any, io.StringIO]:
    out = io.StringIO()
    logs.to_stream(settings, Redactor([SECRET]), out)
    return structlog.get_logger("test"), out


def rows(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(row) for row in out.getvalue().splitlines()]


def test_one_object_per_event_with_what_is_bound(settings: Settings) -> None:
    log, out = logged(settings)
    structlog.contextvars.bind_contextvars(session="s1", run="s1.1")
    log.info("tool.finished", tool="shell", ms=12)
    log.debug("not.asked.for")
    (row,) = rows(out)
    assert row.pop("timestamp").endswith("Z")
    assert row == {
        "event": "tool.finished", "level": "info", "ms": 12, "run": "s1.1", "session": "s1",
        "tool": "shell",
    }  # fmt: skip


def test_secrets_are_hidden_wherever_they_stand(settings: Settings) -> None:
    log, out = logged(settings)
    event = f"event {SECRET}"
    log.info(
        event,
        text=f"a {SECRET} b",
        deep={"list": [SECRET, {SECRET: 1}], "tuple": (SECRET,)},
        thing=Path(SECRET),
    )
    assert SECRET not in out.getvalue()
    assert rows(out)[0]["text"] == f"a {HIDDEN} b"


def test_secrets_in_exceptions_and_their_causes_are_hidden(settings: Settings) -> None:
    log, out = logged(settings)
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise ValueError(f"bad {SECRET}") from cause
    except ValueError as error:
        log.exception("failed")
        log.error("again", exc_info=error)
    first, second = rows(out)
    assert "ValueError: bad " + HIDDEN in first["exception"]
    assert "KeyError" in second["exception"]
    assert SECRET not in out.getvalue()


def test_a_secret_is_hidden_before_a_long_text_is_cut(settings: Settings) -> None:
    log, out = logged(settings)
    log.info("long", text="x" * 3_995 + SECRET)
    assert SECRET[:5] not in out.getvalue()


def test_text_for_people(tmp_path: Path) -> None:
    settings = load(environ={"AETHER_LOGS__FORMAT": "text"}, folder=tmp_path)
    log, out = logged(settings)
    log.warning("model.slow", seconds=3)
    assert "model.slow" in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_a_file_is_set_aside_when_it_is_large(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "logs" / "terminal.log"
    file.parent.mkdir()
    file.write_bytes(b"x" * 5_000_001)
    with logs.to_file(settings, Redactor(), file):
        structlog.get_logger("test").info("hello")
    assert json.loads(file.read_text())["event"] == "hello"
    assert (tmp_path / "logs" / "terminal.old.log").stat().st_size == 5_000_001


def test_a_folder_that_cannot_be_made_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file is in the way")
    with pytest.raises(Misconfigured, match=r"logs: .*AETHER_DATA_DIR"):
        logs.to_file(settings, Redactor(), tmp_path / "logs" / "terminal.log")


def test_a_full_disk_loses_the_line_and_nothing_else(settings: Settings) -> None:
    class Full(io.StringIO):
        def write(self, _: str, /) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    logs.to_stream(settings, Redactor(), Full())
    structlog.get_logger("test").info("lost")
