"""Several workspaces: each installs the app by itself, and its token is kept, rotated and
forgotten as Slack says."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from pydantic import JsonValue
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_router import PATIENCE, SlackBench, slack_bench, web_doors

from adapters.ports.errors import Deleted, Unanswered
from adapters.ports.inbound import Attachment, Mention
from adapters.simulators.slack.registration import Registration
from adapters.simulators.slack.workspace import Workspace
from adapters.slack.connection import SlackPlatform
from adapters.slack.installations.oauth import SignedStates, oauth_flow
from adapters.slack.installations.store import InstallationStore
from adapters.slack.settings import SlackSettings
from runtime.clock import SystemClock
from runtime.errors import JournalUnavailable, Misconfigured
from runtime.events import Phase
from runtime.ids import Address
from runtime.testing.clock import ManualClock

# slack_sdk 3.47 makes its Basic header by a class that aiohttp 3.14 wants to drop.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

PUBLIC = "https://aether.example.org"


@dataclass
class Kept:
    """Implements ports.Installations in memory; `broken` fails instead."""

    records: dict[str, str] = field(default_factory=dict[str, str])
    broken: bool = False
    deleted: asyncio.Event = field(default_factory=asyncio.Event)

    async def get(self, key: str) -> JsonValue:
        found: JsonValue = json.loads(self.records.get(key, "null"))
        return found

    async def put(self, key: str, record: JsonValue) -> None:
        if self.broken:
            raise JournalUnavailable("the disk is full")
        self.records[key] = json.dumps(record)

    async def delete(self, key: str) -> None:
        self.records.pop(key, None)
        self.deleted.set()

    async def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.records if key.startswith(prefix))


@asynccontextmanager
async def many(
    folder: Path, kept: Kept, registration: Registration | None = None
) -> AsyncGenerator[tuple[SlackBench, str]]:
    """A platform that workspaces install by themselves, and where its pages are."""
    registered = registration or Registration()

    def change(settings: SlackSettings) -> SlackSettings:
        return replace(
            settings,
            bot_token="",
            client_id=registered.client_id,
            client_secret=registered.client_secret,
            public_url=PUBLIC,
        )

    bench_of = slack_bench(folder, change=change, registration=registration, installations=kept)
    async with bench_of as bench, web_doors(bench.platform, bench.context) as url:
        await bench.connected()
        yield bench, url


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser on its way back from Slack."""

    back: str
    cookie: str


async def agreed(
    http: aiohttp.ClientSession, url: str, bench: SlackBench, team: Workspace
) -> Visit:
    """The install page, and Slack's page behind its button."""
    async with http.get(f"{url}/slack/install?team={team.id}") as page:
        assert page.status == 200
        cookie = page.headers["Set-Cookie"].split(";")[0]
        found = re.search(r'href="https://slack.com(/oauth/v2/authorize[^"]*)"', await page.text())
    assert found is not None
    here = bench.slack.service.base_url.rstrip("/")
    async with http.get(here + unescape(found[1]), allow_redirects=False) as consent:
        location = urlsplit(consent.headers["Location"])
    assert f"{location.scheme}://{location.netloc}" == PUBLIC
    return Visit(f"{url}{location.path}?{location.query}", cookie)


async def came_back(http: aiohttp.ClientSession, visit: Visit) -> int:
    async with http.get(visit.back, headers={"Cookie": visit.cookie}) as answer:
        return answer.status


async def installed(bench: SlackBench, url: str, team: Workspace) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        assert await came_back(http, await agreed(http, url, bench, team)) == 200


def record(kept: Kept, team: Workspace) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(kept.records[f"slack/{team.id}"]))


def furnished(bench: SlackBench, name: str) -> Workspace:
    team = bench.slack.add_team(name)
    bench.slack.visit(team)
    dora = team.add_user("dora", "Dora")
    team.add_channel("lobby", "channel", dora.id, team.bot.id)
    return team


async def test_a_workspace_installs_and_is_heard_and_answered(tmp_path: Path) -> None:
    kept = Kept()
    async with many(tmp_path, kept) as (bench, url):
        team = furnished(bench, "Beta")
        address = Address(platform="slack", team=team.id, channel="C1", thread="1.0")
        assert bench.platform.surface(address) is None
        await installed(bench, url, team)
        root = await bench.slack.say("dora", "lobby", "@aether hello")
        (heard,) = await bench.got(1)
        assert isinstance(heard, Mention)
        assert (heard.address.team, heard.actor.name, heard.text) == (team.id, "Dora", "hello")
        surface = bench.platform.surface(heard.address)
        assert surface is not None
        await surface.signal(heard.address, heard.message_id, Phase.PLANNING)
        assert team.channels[root.channel].messages[root.ts].reactions


async def test_installations_survive_a_restart(tmp_path: Path) -> None:
    kept = Kept()
    async with many(tmp_path, kept) as (bench, url):
        await installed(bench, url, furnished(bench, "Beta"))
    assert list(kept.records)
    (key,) = kept.records
    async with many(tmp_path, kept) as (bench, _):
        address = Address(platform="slack", team=key.split("/")[1], channel="C1", thread="1.0")
        assert bench.platform.surface(address) is not None
        findings = await bench.platform.examine()
        assert any(key.split("/")[1] in finding.what for finding in findings)


@pytest.mark.parametrize("event", ["app_uninstalled", "tokens_revoked"])
async def test_a_workspace_that_leaves_is_forgotten(tmp_path: Path, event: str) -> None:
    kept = Kept()
    async with many(tmp_path, kept) as (bench, url):
        team = furnished(bench, "Beta")
        await installed(bench, url, team)
        tokens = {"tokens": {"oauth": [], "bot": [team.bot.id]}}
        bench.slack.delivery.emit(team, {"type": event, **tokens})
        address = Address(platform="slack", team=team.id, channel="C1", thread="1.0")
        async with asyncio.timeout(PATIENCE):
            await kept.deleted.wait()
        assert bench.platform.surface(address) is None
        assert not bench.serving.done()


async def test_tokens_rotate_and_the_new_one_is_kept(tmp_path: Path) -> None:
    kept = Kept()
    async with many(tmp_path, kept, Registration(rotation=True)) as (bench, url):
        team = furnished(bench, "Beta")
        await installed(bench, url, team)
        first = record(kept, team)
        assert first["bot_refresh_token"]
        kept.records[f"slack/{team.id}"] = json.dumps(
            first | {"bot_token_expires_at": int(time.time()) + 3_600}
        )
        await bench.slack.say("dora", "lobby", "@aether hello")
        await bench.got(1)
        second = record(kept, team)
        assert second["bot_token"] != first["bot_token"]
        assert second["bot_refresh_token"] != first["bot_refresh_token"]


async def test_a_new_token_that_cannot_be_kept_is_not_lost(tmp_path: Path) -> None:
    kept = Kept()
    async with many(tmp_path, kept, Registration(rotation=True)) as (bench, url):
        team = furnished(bench, "Beta")
        await installed(bench, url, team)
        first = record(kept, team)
        kept.records[f"slack/{team.id}"] = json.dumps(
            first | {"bot_token_expires_at": int(time.time()) + 3_600}
        )
        surface = bench.platform.surface(
            Address(platform="slack", team=team.id, channel="C1", thread="1.0")
        )
        assert surface is not None
        kept.broken = True
        with pytest.raises(Unanswered, match="the disk is full"):
            await surface.fetch(Attachment("F0123", "notes.txt", 5))
        kept.broken = False
        with pytest.raises(Deleted):
            await surface.fetch(Attachment("F0123", "notes.txt", 5))
        second = record(kept, team)
        assert second["bot_refresh_token"] != first["bot_refresh_token"]
        rotations = [c for c in bench.slack.calls.of("oauth.v2.access") if c.ok]
        assert len(rotations) == 2, "one installation, one rotation"


async def test_a_stolen_way_back_installs_nothing(tmp_path: Path) -> None:
    kept = Kept()
    async with many(tmp_path, kept) as (bench, url):
        team = furnished(bench, "Beta")
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            visit = await agreed(http, url, bench, team)
            assert await came_back(http, replace(visit, cookie="")) == 400
            forged = "slack-app-oauth-state=1.2.3"
            query = parse_qs(urlsplit(visit.back).query)
            path = visit.back.split("?")[0]
            back = Visit(f"{path}?code={query['code'][0]}&state=1.2.3", forged)
            assert await came_back(http, back) == 401
        assert kept.records == {}


async def test_what_cannot_be_kept_is_shown_as_a_failure(tmp_path: Path) -> None:
    kept = Kept(broken=True)
    async with many(tmp_path, kept) as (bench, url):
        team = furnished(bench, "Beta")
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            assert await came_back(http, await agreed(http, url, bench, team)) == 500


async def test_states_are_good_for_ten_minutes_and_for_this_app() -> None:
    clock = ManualClock()
    states, others = SignedStates("secret", clock), SignedStates("other", clock)
    state = await states.async_issue()
    assert await states.async_consume(state)
    assert not await others.async_consume(state)
    for forged in ("", "x", "1.2.3", state[:-1], f"9{state}", "ä.ö.ü"):
        assert not await states.async_consume(forged)
    for step in (-600.0, 25 * 3600.0):  # somebody sets the system's time
        clock.step(step)
        assert await states.async_consume(state)
    clock.advance(timedelta(minutes=10, seconds=1).total_seconds())
    assert not await states.async_consume(state)


async def test_settings_that_belong_together_are_asked_for() -> None:
    settings = SlackSettings(app_token="xapp-1", client_id="1.2", client_secret="s")
    store = InstallationStore(Kept())
    for url in ("", "http://aether.example.org"):
        with pytest.raises(Misconfigured, match="public_url must begin with https://"):
            oauth_flow(replace(settings, public_url=url), store, SystemClock())
    findings = await SlackPlatform(
        replace(settings, public_url=PUBLIC, app_token=""), SystemClock()
    ).examine()
    assert "AETHER_INSTALLATIONS_KEY" in " ".join(finding.remedy for finding in findings)


@pytest.mark.parametrize(
    ("base_url", "site"),
    [
        ("https://slack.com/api/", "slack.com"),
        ("https://www.slack.com/api/", "slack.com"),
        ("https://slack-gov.com/api/", "slack-gov.com"),
        ("https://slack-gov.com.evil.test/api/", "slack.com"),
        ("http://10.0.0.7:8080/slack/api/", "slack.com"),
    ],
)
async def test_people_agree_at_slack_itself(base_url: str, site: str) -> None:
    settings = SlackSettings(
        client_id="1.2", client_secret="s", public_url=PUBLIC, base_url=base_url
    )
    flow = oauth_flow(settings, InstallationStore(Kept()), SystemClock())
    found = urlsplit(await flow.build_authorize_url("state", AsyncBoltRequest(body="")))
    assert (found.scheme, found.netloc, found.path) == ("https", site, "/oauth/v2/authorize")
