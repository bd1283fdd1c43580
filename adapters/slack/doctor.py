"""What an examination of the Slack app finds: tokens, rights and the connection."""

from __future__ import annotations

from datetime import datetime

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.error_codes import code_of, remedy_of
from adapters.slack.installations.one_team import workspace_of
from adapters.slack.installations.store import InstallationStore
from adapters.slack.installations.web import Answer, body_of, client, prove
from adapters.slack.manifest import EVENTS, MEMBERSHIP, REQUIRED, SCOPES
from adapters.slack.settings import SlackSettings
from runtime.errors import JournalUnavailable, Misconfigured
from runtime.ports.findings import Finding, bad, good, poor

_REACH = "check the network, the proxy and https://slack-status.com"
_SCOPES = (
    "add it under OAuth & Permissions of the app's settings, or use the manifest of this version;"
    " then install the app again"
)
_MOST = 20  # workspaces that are looked at


async def examine(
    settings: SlackSettings, store: InstallationStore | None, now: datetime
) -> list[Finding]:
    """Asks Slack, and changes nothing."""
    findings = [
        bad("Slack settings", f"{name} is missing", f"set SLACK_{name.upper()}")
        for name in settings.missing()
    ]
    if settings.many:
        findings += await _installed(settings, store, now)
    elif settings.bot_token:
        findings += await _token(settings, settings.bot_token, "Slack bot token")
    if settings.mode == "socket" and settings.app_token:
        findings.append(await _socket(settings))
    elif settings.mode == "http" and settings.signing_secret:
        findings.append(_secret(settings))
    return [*findings, _events()]


def _events() -> Finding:
    """Slack tells no app what it is subscribed to."""
    page = "Event Subscriptions at https://api.slack.com/apps"
    return good("Slack events", f"must be, which only {page} shows: {', '.join(EVENTS)}")


async def _token(settings: SlackSettings, token: str, what: str, where: str = "") -> list[Finding]:
    try:
        answer = await prove(client(settings.base_url, token), "auth.test")
    except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as error:
        return [_refused(what, error)]
    place = workspace_of(body_of(answer))
    if not place.bot_id:
        remedy = "use the bot token, which begins with xoxb-"
        return [bad(what, "this token belongs to a person, not to a bot", remedy)]
    speaks = good(what, f"speaks in workspace {place.name!r}")
    return [speaks, *_scopes(settings, _granted(answer), where)]


def _granted(answer: Answer) -> set[str]:
    found = (v for name, v in answer.headers.items() if name.lower() == "x-oauth-scopes")
    return {scope.strip() for scope in next(found, "").split(",")} - {""}


def _scopes(settings: SlackSettings, granted: set[str], where: str) -> list[Finding]:
    """One finding for each right that is missing."""
    needed = REQUIRED if settings.allow_guests else REQUIRED | {MEMBERSHIP}
    missing = [
        (bad if scope in needed else poor)(
            f"Slack scope {scope}{where}", f"is missing: the bot cannot {purpose}", _SCOPES
        )
        for scope, purpose in SCOPES.items()
        if scope not in granted
    ]
    return missing or [good(f"Slack scopes{where}", f"all {len(SCOPES)} are granted")]


async def _socket(settings: SlackSettings) -> Finding:
    what = "Slack Socket Mode"
    try:
        await prove(client(settings.base_url, settings.app_token), "apps.connections.open")
    except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as error:
        return _refused(what, error)
    return good(what, "the app token opens connections")


def _secret(settings: SlackSettings) -> Finding:
    """Only Slack can prove the secret; its form can be looked at."""
    what, secret = "Slack signing secret", settings.signing_secret
    if secret.startswith("x") or len(secret) < 16:
        remedy = "copy the signing secret from Basic Information of the app's settings"
        return bad(what, "this is no signing secret", remedy)
    return good(what, "is set")


async def _installed(
    settings: SlackSettings, store: InstallationStore | None, now: datetime
) -> list[Finding]:
    what = "Slack installations"
    if store is None:
        return [bad(what, "tokens cannot be kept", "set AETHER_INSTALLATIONS_KEY")]
    try:
        teams = await store.teams()
        found = [each for team in teams[:_MOST] for each in await _team(settings, store, team, now)]
    except JournalUnavailable as error:
        return [poor(what, str(error), "correct the database first")]
    except Misconfigured as error:
        return [bad(what, str(error), "use the key that the tokens were encrypted with")]
    if len(teams) > _MOST:
        found.append(good(what, f"{len(teams) - _MOST} more workspaces were not looked at"))
    page = f"{settings.public_url.rstrip('/')}/slack/install"
    return found or [poor(what, "no workspace has installed the app yet", f"open {page}")]


async def _team(
    settings: SlackSettings, store: InstallationStore, team: str, now: datetime
) -> list[Finding]:
    """By the token as it is kept: a new one is only for the service to ask for. Raises
    JournalUnavailable and Misconfigured."""
    what, bot = f"Slack workspace {team}", await store.bot(team)
    if bot is None:
        return [good(what, "has left")]
    if bot.bot_refresh_token and (bot.bot_token_expires_at or 0) <= now.timestamp():
        return [good(what, "its token ran out, and the service will replace it")]
    return await _token(settings, bot.bot_token, what, f" in {team}")


def _refused(what: str, error: Exception) -> Finding:
    if isinstance(error, SlackApiError):
        return bad(what, f"Slack refuses it: {code_of(error)}", remedy_of(error) or _REACH)
    return bad(what, f"Slack does not answer: {type(error).__name__}", _REACH)
