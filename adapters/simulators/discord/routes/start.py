"""What a client asks first: who am I, and where is the gateway."""

from __future__ import annotations

from pydantic import JsonValue

from adapters.simulators.discord.call import Call, Route
from adapters.simulators.discord.wire import user_json


async def me(call: Call) -> JsonValue:
    return {**user_json(call.bot), "verified": True, "mfa_enabled": True, "locale": "en-US"}


async def application(call: Call) -> JsonValue:
    owner = next(iter(call.world.guilds.values())).owner
    return {
        "id": str(call.world.application),
        "name": call.bot.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": user_json(owner),
        "flags": call.world.portal.flags,
        "team": None,
        "rpc_origins": [],
        "interactions_endpoint_url": None,
    }


async def gateway(call: Call) -> JsonValue:
    return {
        "url": call.world.origin.replace("http", "ws", 1) + "/gateway/",
        "shards": 1,
        "session_start_limit": {
            "total": 1000,
            "remaining": 1000,
            "reset_after": 0,
            "max_concurrency": 1,
        },
    }


ROUTES = (
    Route("GET", "/users/@me", me),
    Route("GET", "/oauth2/applications/@me", application),
    Route("GET", "/applications/@me", application),
    Route("GET", "/gateway/bot", gateway),
    Route("GET", "/gateway", gateway),
)
