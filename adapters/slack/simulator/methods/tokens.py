"""Tokens: what they are, how they are got, renewed and given up."""

from __future__ import annotations

from dataclasses import replace

from adapters.slack.simulator.arguments import Arguments
from adapters.slack.simulator.call import Call
from adapters.slack.simulator.grants import LIFE, Grant
from adapters.slack.simulator.house import House
from adapters.slack.simulator.refusal import Refusal
from adapters.slack.simulator.wire import Json
from adapters.slack.simulator.workspace import Workspace


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
    end_grant(call.house, call.team, call.grant)
    return {"revoked": True}


def end_grant(house: House, team: Workspace, grant: Grant) -> None:
    """The token is of no use any more, and the app is told."""
    house.grants.change(replace(grant, revoked=True))
    if "tokens_revoked" in house.registration.events:
        tokens = {"oauth": list[str](), "bot": [team.bot.id]}
        house.emit(team, {"type": "tokens_revoked", "tokens": tokens})
    house.changes.note()


def oauth_access(house: House, args: Arguments) -> Json:
    """A code, or a refresh token, becomes an access token."""
    app = house.registration
    if args.text("client_id") != app.client_id:
        raise Refusal("invalid_client_id")
    if args.text("client_secret") != app.client_secret:
        raise Refusal("bad_client_secret")
    match args.maybe("grant_type"):
        case None | "authorization_code":
            team = _by_code(house, args.text("code"))
        case "refresh_token":
            team = _by_refresh(house, args.text("refresh_token"))
        case _:
            raise Refusal("invalid_grant_type")
    grant = house.grants.make(team.id, app.scopes, house.clock.now(), app.rotation)
    return _granted(house, team, grant)


def _by_code(house: House, code: str) -> Workspace:
    team = house.grants.exchange(code)
    if team is None:
        raise Refusal("invalid_code")
    return house.teams[team]


def _by_refresh(house: House, refresh: str) -> Workspace:
    old = house.grants.by_refresh(refresh)
    if old is None or old.revoked:
        raise Refusal("invalid_refresh_token")
    house.grants.change(replace(old, refresh=""))
    return house.teams[old.team]


def _granted(house: House, team: Workspace, grant: Grant) -> Json:
    about: Json = {
        "app_id": house.registration.app_id,
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
