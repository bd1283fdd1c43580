"""Tokens: what they are, how they are got, renewed and given up."""

from __future__ import annotations

from dataclasses import replace

from adapters.simulators.slack.arguments import Arguments
from adapters.simulators.slack.call import Call
from adapters.simulators.slack.grants import LIFE, Grant
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.state import State
from adapters.simulators.slack.wire import Json
from adapters.simulators.slack.workspace import Workspace


def auth_test(call: Call) -> Json:
    return {
        "url": f"https://{call.team.domain}.slack.com/",
        "team": call.team.name,
        "team_id": call.team.id,
        "user": call.bot.handle,
        "user_id": call.bot.id,
        "bot_id": call.bot.bot_id,
        "is_enterprise_install": False,
    }


def revoke(call: Call) -> Json:
    if call.args.flag("test"):
        return {"revoked": False}
    end_grant(call.service, call.team, call.grant)
    return {"revoked": True}


def end_grant(service: State, team: Workspace, grant: Grant) -> None:
    """The token is of no use any more, and the app is told."""
    service.grants.change(replace(grant, revoked=True))
    if "tokens_revoked" in service.registration.events:
        tokens = {"oauth": list[str](), "bot": [team.bot.id]}
        service.emit(team, {"type": "tokens_revoked", "tokens": tokens})
    service.changes.note()


def oauth_access(service: State, args: Arguments) -> Json:
    """A code, or a refresh token, becomes an access token."""
    app = service.registration
    if args.text("client_id") != app.client_id:
        raise Refusal("invalid_client_id")
    if args.text("client_secret") != app.client_secret:
        raise Refusal("bad_client_secret")
    match args.maybe("grant_type"):
        case None | "authorization_code":
            team = _by_code(service, args.text("code"))
        case "refresh_token":
            team = _by_refresh(service, args.text("refresh_token"))
        case _:
            raise Refusal("invalid_grant_type")
    grant = service.grants.make(team.id, app.scopes, service.clock.now(), app.rotation)
    return _granted(service, team, grant)


def _by_code(service: State, code: str) -> Workspace:
    team = service.grants.exchange(code)
    if team is None:
        raise Refusal("invalid_code")
    return service.teams[team]


def _by_refresh(service: State, refresh: str) -> Workspace:
    old = service.grants.by_refresh(refresh)
    if old is None or old.revoked:
        raise Refusal("invalid_refresh_token")
    service.grants.change(replace(old, refresh=""))
    return service.teams[old.team]


def _granted(service: State, team: Workspace, grant: Grant) -> Json:
    about: Json = {
        "app_id": service.registration.app_id,
        "token_type": "bot",
        "access_token": grant.token,
        "scope": ",".join(sorted(grant.scopes)),
        "bot_user_id": team.bot.id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": next((u.id for u in team.users.values() if not u.is_bot), "")},
    }
    if grant.refresh:
        expires = int(LIFE.total_seconds())
        about |= {"refresh_token": grant.refresh, "expires_in": expires}
    return about
