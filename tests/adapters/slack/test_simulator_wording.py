"""Words of people become what Slack's clients send."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sim_state import open_slack

from adapters.simulators.slack.text import mentioned, rich_text


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("@aether hello", "<@{bot}> hello"),
        ("@Ann, look", "<@{ann}>, look"),
        ("ask @reviewers", "ask <!subteam^{group}>"),
        ("mail a@ann.example", "mail a@ann.example"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("see https://example.org/a?b=1&c", "see <https://example.org/a?b=1&amp;c>"),
        (
            "<@{ann}> <https://example.org|a b> <#C1|x>",
            "<@{ann}> <https://example.org|a b> <#C1|x>",
        ),
        ("@nobody", "@nobody"),
    ],
)
async def test_typed_and_sent(typed: str, sent: str) -> None:
    async with open_slack() as slack:
        team = slack.sim.team
        names = {"bot": team.bot.id, "ann": slack.user("Ann"), "group": next(iter(team.groups))}
        assert mentioned(team, typed.format(**names)) == sent.format(**names)


def test_the_block_beside_the_text() -> None:
    block: dict[str, Any] = rich_text("<@U1> a &lt; b <https://example.org|here>", "x")[0]
    assert block["elements"][0]["elements"] == [
        {"type": "user", "user_id": "U1"},
        {"type": "text", "text": " a < b "},
        {"type": "link", "url": "https://example.org", "text": "here"},
    ]
