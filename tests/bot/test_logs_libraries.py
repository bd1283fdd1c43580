"""Libraries log through the standard library; what they say is in our form, and holds no secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import structlog
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

from adapters.slack.inbound.bolt import bolt_app
from adapters.slack.inbound.event_dispatcher import DispatchMiddleware
from adapters.slack.installations.one_team import OneTeam
from adapters.slack.installations.web import client
from bot.logs import logs
from bot.logs.libraries import LibraryLogs
from bot.logs.redact import Redactor
from config.load import load

TOKEN = "xoxb-1-very-secret"


@pytest.fixture
def out(tmp_path: Path) -> Iterator[io.StringIO]:
    out = io.StringIO()
    logs.to_stream(load(environ={}, folder=tmp_path), Redactor([TOKEN]), out)
    yield out
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, LibraryLogs)]:
        root.removeHandler(handler)
    structlog.reset_defaults()


def rows(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(row) for row in out.getvalue().splitlines()]


def test_a_failure_is_one_line_without_the_token(out: io.StringIO) -> None:
    try:
        raise ValueError(f"bad token {TOKEN}")
    except ValueError:
        logging.getLogger("discord.client").exception("ignoring %s", TOKEN)
    (row,) = rows(out)
    assert (row["event"], row["level"], row["library"]) == ("library", "error", "discord.client")
    assert row["text"] == "ignoring [hidden]"
    assert "ValueError: bad token [hidden]" in row["exception"]


def test_what_was_said_to_them_is_not_logged(out: io.StringIO) -> None:
    logging.getLogger("slack_sdk").info("body: %s", "my private words")
    assert rows(out) == []


@pytest.mark.parametrize(("level", "said"), [(35, "warning"), (60, "critical")])
def test_levels_and_texts_of_their_own(out: io.StringIO, level: int, said: str) -> None:
    record = logging.LogRecord("x", level, "x.py", 1, "100% of %s %s", ("one",), None)
    LibraryLogs().emit(record)
    (row,) = rows(out)
    assert (row["level"], row["text"]) == (said, "100% of %s %s")


def test_bolt_takes_nothing_from_the_environment(
    out: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With these it would warn, and keep installations in the home folder."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        monkeypatch.setenv(name, TOKEN)

    class Deaf(AsyncMiddleware):
        async def async_process(
            self,
            *,
            req: object,
            resp: object,
            next: object,  # noqa: A002 -- Bolt calls it so
        ) -> BoltResponse | None:
            raise AssertionError("nobody speaks")

    seats = OneTeam(client("http://127.0.0.1:9/", TOKEN))
    app = bolt_app(seats, cast(DispatchMiddleware, Deaf()), "", "http://127.0.0.1:9/")
    assert app.oauth_flow is None
    assert rows(out) == []
