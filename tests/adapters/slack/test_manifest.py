"""The manifest is what the code needs, so that nobody has to edit it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import adapters.slack
from adapters.commands import SLASHED
from adapters.simulators.slack.registration import EVENTS
from adapters.simulators.slack.registration import SCOPES as GRANTABLE
from adapters.simulators.slack.table import METHODS
from adapters.slack.inbound.event_dispatcher import ASK
from adapters.slack.manifest import SCOPES, manifest
from runtime.errors import Misconfigured

ROOM = Path(adapters.slack.__file__).parent
SOURCE = "".join(file.read_text(encoding="utf-8") for file in ROOM.rglob("*.py"))
CALLED = sorted(method for method in METHODS if f'"{method}"' in SOURCE)
KINDS = ("channels", "groups", "im", "mpim")


def parsed(text: str) -> Any:
    return yaml.safe_load(text)


def test_socket_mode_needs_no_address() -> None:
    app = parsed(manifest())
    assert app["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in str(app)
    assert "redirect_urls" not in str(app)


def test_http_mode_names_one_address_for_everything() -> None:
    app = parsed(manifest("http", "https://aether.example.org/"))
    events = "https://aether.example.org/slack/events"
    assert app["settings"]["event_subscriptions"]["request_url"] == events
    assert app["settings"]["interactivity"]["request_url"] == events
    assert app["features"]["slash_commands"][0]["url"] == events
    assert app["settings"]["socket_mode_enabled"] is False
    assert app["oauth_config"]["redirect_urls"] == [
        "https://aether.example.org/slack/oauth_redirect"
    ]


@pytest.mark.parametrize("url", ["", "http://aether.example.org", "aether.example.org"])
def test_http_mode_without_a_safe_address_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="public_url must begin with https://"):
        manifest("http", url)


def test_rights_and_events_are_those_that_slack_knows() -> None:
    app = parsed(manifest())
    assert set(app["oauth_config"]["scopes"]["bot"]) == set(SCOPES) <= GRANTABLE
    assert set(app["settings"]["event_subscriptions"]["bot_events"]) <= EVENTS
    assert app["features"]["shortcuts"][0]["callback_id"] == ASK


@pytest.mark.parametrize("method", CALLED)
def test_every_call_that_is_made_has_its_right(method: str) -> None:
    needs = METHODS[method]
    rights = {f"{kind}:{needs.of_channel}" for kind in KINDS} if needs.of_channel else set[str]()
    assert rights | ({needs.scope} - {""}) <= set(SCOPES)


def test_no_right_to_write_is_asked_for_in_vain() -> None:
    used = {METHODS[method].scope for method in CALLED}
    assert {scope for scope in SCOPES if scope.endswith(":write")} <= used


def test_the_hint_names_every_command_of_the_table() -> None:
    (command,) = parsed(manifest())["features"]["slash_commands"]
    assert command["usage_hint"].split(" | ") == [*(spec.usage for spec in SLASHED), "help"]


def test_texts_keep_to_slacks_limits() -> None:
    app = parsed(manifest())
    features, shown = app["features"], app["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["agent_view"]["suggested_prompts"]) <= 4
    assert features["bot_user"]["display_name"].isascii()
