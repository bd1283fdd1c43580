"""The doctor on workspaces that installed the Slack app by themselves, while nothing serves."""

from __future__ import annotations

from pathlib import Path

from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store.models.bot import Bot

from adapters.simulators.slack.simulator import Simulator, simulator
from adapters.slack.installations.store import InstallationStore
from bot.chat.installations import LateInstallations
from bot.doctor import of_platforms
from bot.history import reading
from config.load import load
from config.settings import Settings
from runtime.clock import SystemClock
from runtime.ports.findings import Finding


def settings_of(slack: Simulator, folder: Path, key: str) -> Settings:
    environ = {
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_CLIENT_ID": slack.registration.client_id,
        "SLACK_CLIENT_SECRET": slack.registration.client_secret,
        "AETHER_SLACK__PUBLIC_URL": "https://aether.example.org",
        "AETHER_SLACK__BASE_URL": slack.base_url,
        "AETHER_INSTALLATIONS_KEY": key,
        "AETHER_DATA_DIR": str(folder),
    }
    return load(environ=environ, folder=folder)


async def install(settings: Settings, slack: Simulator, key: str, *, ran_out: bool = False) -> None:
    """As the service keeps it."""
    team, late = slack.team, LateInstallations(key)
    async with reading(settings) as journal:
        late.open(journal)
        await InstallationStore(late).keep(
            Bot(
                team_id=team.id, team_name=team.name, bot_token=slack.bot_token,
                bot_id=team.bot.bot_id or "", bot_user_id=team.bot.id, bot_scopes=[],
                installed_at=0.0, bot_refresh_token="xoxe-1" if ran_out else "",
                bot_token_expires_at=1 if ran_out else None,
            )
        )  # fmt: skip


async def found(settings: Settings) -> dict[str, Finding]:
    findings = [item async for item in of_platforms(settings) if isinstance(item, Finding)]
    return {one.what: one for one in findings}


async def test_each_workspace_is_asked_with_its_scopes(tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()
    async with simulator(SystemClock()) as slack:
        settings = settings_of(slack, tmp_path, key)
        await install(settings, slack, key)
        team = slack.team.id
        whole = await found(settings)
        assert whole[f"Slack workspace {team}"].state == "good"
        assert whole[f"Slack scopes in {team}"].state == "good"
        slack.limit_scopes("app_mentions:read", "users:read")
        limited = await found(settings)
        assert limited[f"Slack scope chat:write in {team}"].state == "bad"
        slack.revoke_token()
        assert "token_revoked" in (await found(settings))[f"Slack workspace {team}"].text


async def test_a_token_that_ran_out_is_left_to_the_service(tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()
    async with simulator(SystemClock()) as slack:
        settings = settings_of(slack, tmp_path, key)
        await install(settings, slack, key, ran_out=True)
        team = f"Slack workspace {slack.team.id}"
        assert "will replace it" in (await found(settings))[team].text
        assert slack.calls.of("oauth.v2.access") == []


async def test_another_key_is_named(tmp_path: Path) -> None:
    async with simulator(SystemClock()) as slack:
        key = Fernet.generate_key().decode()
        await install(settings_of(slack, tmp_path, key), slack, key)
        other = settings_of(slack, tmp_path, Fernet.generate_key().decode())
        assert (await found(other))["Slack installations"].state == "bad"
        broken = await found(settings_of(slack, tmp_path, "no key"))
        assert "AETHER_INSTALLATIONS_KEY" in broken["Slack installations"].text
