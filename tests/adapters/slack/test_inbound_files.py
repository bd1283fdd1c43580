"""Files that Slack names and does not give out: heard with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from chat_service import words
from slack_story import open_story

from adapters.slack.inbound.message_text import attachments
from runtime.testing.model import Line


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ({"mode": "external", "is_external": True, "name": "Roadmap"}, "outside Slack"),
        ({"is_external": True, "external_type": "gdrive"}, "Google Drive"),
        ({"mode": "external", "external_type": "dropbox"}, "Dropbox"),
        ({"mode": "tombstone"}, "deleted"),
        ({"mode": "hidden_by_limit"}, "limit of its plan"),
        ({"mode": "quip"}, "export"),
        ({"mode": "canvas"}, "canvas"),
        ({"mode": "email"}, "e-mail"),
        ({"file_access": "access_denied"}, "does not let the bot read it"),
        ({"file_access": "file_not_found"}, "does not find it"),
        ({"mode": "hosted", "is_external": False, "file_access": "visible"}, ""),
        ({"mode": "snippet"}, ""),
        ({"mode": None, "is_external": None, "file_access": "check_file_info"}, ""),
    ],
    ids=str,
)
def test_a_file_says_why_it_cannot_be_fetched(file: dict[str, Any], why: str) -> None:
    (heard,) = attachments(({"id": "F0EXT1", **file},))
    assert why in heard.barred
    assert bool(why) == bool(heard.barred)


async def test_a_task_begins_without_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    async with open_story(tmp_path, [Line(text="Nine.")]) as story:
        story.slack.limit_scopes(*(story.slack.registration.scopes - {"files:read"}))
        thread = await story.mention("what is 3 times 3?", files=[("secret.txt", b"x")])
        await thread.until(lambda: thread.answer == "Nine.")
        assert "secret.txt: give it the missing scope" in words(story.model.asked[0])[-1]
        await thread.until(lambda: "Could not be read: 'secret.txt'" in thread.shown("run"))
