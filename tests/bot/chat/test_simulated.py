"""What `--simulate` gives the service: a platform of this machine, nothing of the operator's."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chat import simulate
from bot.chat.platforms import platforms_of
from config.load import load
from config.settings import Settings
from runtime.clock import SystemClock
from runtime.ids import Address

OWN = {
    "SLACK_BOT_TOKEN": "xoxb-1-own",
    "SLACK_APP_TOKEN": "xapp-1-own",
    "DISCORD_TOKEN": "MTIz.own.own",
    "AETHER_SLACK__TEAMS": "[T1]",
    "AETHER_DISCORD__TEAMS": "['1']",
}


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_everybody_there_is_served_and_no_token_goes_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    given: list[Settings] = []

    async def served(settings: Settings) -> int:
        given.append(settings)
        return 0

    monkeypatch.setattr(simulate, "serve", served)  # what it is given is all that counts here
    assert await simulate.simulate(load(environ=OWN, folder=tmp_path), platform) == 0
    (settings,) = given
    platforms = platforms_of(settings, SystemClock())
    assert [each.name for each in platforms.every] == [platform]
    assert platforms.serves(Address(platform=platform, team="2", thread="1"))
    tokens = (settings.slack.bot_token, settings.slack.app_token, settings.discord.token)
    assert not {token.get_secret_value() for token in tokens} & {*OWN.values()}
