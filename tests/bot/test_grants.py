"""The permissions in force are listed in the words of the approval that gave them."""

from __future__ import annotations

import html
from datetime import UTC, datetime

import pytest

from adapters.web.render import panel
from bot import replies
from bot.terminal.gates import grant_lines
from runtime.approvals import Duration, Grant, Risk, Subject, coverage
from runtime.ids import Actor, GrantId, RunId, SessionId
from runtime.view import ThreadView

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SUBJECTS = [
    ("shell", Subject(value="npm test")),
    ("python", Subject(value="import job", content="1f")),
    ("deliver", Subject(kind="path", value="out/a_b_c.pdf", content="1f")),
    ("list_files", Subject(kind="folder", value="src")),
    ("reach", Subject(kind="host", value="a.b:443")),
]


@pytest.mark.parametrize(("tool", "subject"), SUBJECTS)
def test_every_list_says_what_the_approval_said(tool: str, subject: Subject) -> None:
    grant = Grant(
        GrantId("g"), tool, subject, Risk.MEDIUM, Duration.THREAD, RunId("r"), None, Actor(id="U1")
    )
    words, view = coverage(tool, subject), ThreadView(SessionId("s"), grants=(grant,))
    listed = [
        replies.grants(view, NOW).body,
        str(grant_lines({1: grant}, NOW)),
        html.unescape(str(panel.grants([grant]))),
    ]
    for text in listed:
        assert words in text
        assert subject.value in text
