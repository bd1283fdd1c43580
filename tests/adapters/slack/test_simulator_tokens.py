"""Tokens: what is refused, how they are got, renewed and lost."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sim_state import Bench, ok, open_slack, refusal

from adapters.simulators.slack.registration import Registration

# The SDK names the app by a class of aiohttp that is to go.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


async def test_auth_test_and_its_scopes() -> None:
    async with open_slack() as slack:
        answer = await slack.client.auth_test()
        assert answer["bot_id"] == slack.sim.team.bot.bot_id
        assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_tokens_that_are_of_no_use() -> None:
    async with open_slack() as slack:
        test: Any = slack.client.auth_test
        assert await refusal(test(token="xoxb-wrong")) == "invalid_auth"
        assert await refusal(test(token=slack.sim.app_token)) == "not_allowed_token_type"
        assert await refusal(test(token="")) == "not_authed"
        assert await refusal(slack.client.api_call("no.such.method")) == "unknown_method"
        slack.sim.end_tokens(slack.clock.now())
        assert await refusal(test()) == "token_expired"
        slack.sim.revoke_token()
        assert await refusal(test()) == "token_revoked"
        slack.sim.deactivate()
        assert await refusal(test()) == "account_inactive"


async def test_a_token_may_be_an_argument() -> None:
    async with open_slack() as slack, aiohttp.ClientSession() as http:
        url = f"{slack.sim.base_url}auth.test"
        async with http.post(url, data={"token": slack.sim.bot_token}) as response:
            assert (await response.json())["ok"]


async def test_only_the_app_token_opens_connections() -> None:
    async with open_slack() as slack:
        opening: Any = slack.client.apps_connections_open
        answer = await ok(opening(app_token=slack.sim.app_token))
        assert answer["url"].startswith("ws://127.0.0.1:")
        assert await refusal(opening(app_token=slack.sim.bot_token)) == "not_allowed_token_type"
        slack.sim.deliver_to("http://127.0.0.1:1/")
        assert await refusal(opening(app_token=slack.sim.app_token)) == "socket_mode_not_enabled"


async def exchange(slack: Bench, **more: str) -> Any:
    app = slack.sim.registration
    secrets = {"client_id": app.client_id, "client_secret": app.client_secret}
    return await ok(slack.client.oauth_v2_access(**{**secrets, **more}))


async def test_an_installation_in_another_workspace() -> None:
    async with open_slack() as slack:
        team = slack.sim.add_team("Beta")
        code = slack.sim.authorize(team)
        wrong = {"client_id": "x", "client_secret": "y", "code": code}
        assert await refusal(slack.client.oauth_v2_access(**wrong)) == "invalid_client_id"
        answer = await exchange(slack, code=code)
        assert answer["team"] == {"id": team.id, "name": "Beta"}
        other: Any = AsyncWebClient(answer["access_token"], base_url=slack.sim.base_url)
        assert (await ok(other.auth_test()))["team_id"] == team.id
        app = slack.sim.registration
        again = slack.client.oauth_v2_access(
            client_id=app.client_id, client_secret=app.client_secret, code=code
        )
        assert await refusal(again) == "invalid_code"


async def test_tokens_that_rotate() -> None:
    async with open_slack(registration=Registration(rotation=True)) as slack:
        first = await exchange(slack, code=slack.sim.authorize(slack.sim.team))
        slack.clock.advance(first["expires_in"])
        test: Any = slack.client.auth_test
        assert await refusal(test(token=first["access_token"])) == "token_expired"
        renewed = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        second = await exchange(slack, **renewed)
        assert (await ok(test(token=second["access_token"])))["ok"]
        app = slack.sim.registration
        again = slack.client.oauth_v2_access(
            client_id=app.client_id, client_secret=app.client_secret, **renewed
        )
        assert await refusal(again) == "invalid_refresh_token"


async def test_the_consent_page_sends_the_browser_back() -> None:
    async with open_slack() as slack, aiohttp.ClientSession() as http:
        query = {
            "client_id": slack.sim.registration.client_id,
            "redirect_uri": "http://127.0.0.1:1/back",
            "state": "s1",
        }
        url = f"{slack.sim.service.base_url}/oauth/v2/authorize"
        async with http.get(url, params=query, allow_redirects=False) as response:
            assert response.status == 302
            assert response.headers["Location"].endswith("&state=s1")


async def test_revoking_a_token() -> None:
    async with open_slack() as slack:
        assert (await ok(slack.client.auth_revoke(test=True)))["revoked"] is False
        assert (await ok(slack.client.auth_revoke()))["revoked"] is True
        assert await refusal(slack.client.auth_test()) == "token_revoked"
