"""Users, user groups, bots, the team."""

from __future__ import annotations

from adapters.simulators.slack.call import Call
from adapters.simulators.slack.methods.conversations import paged
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.wire import Json


def user_info(call: Call) -> Json:
    user = call.team.users.get(call.args.text("user"))
    if user is None:
        raise Refusal("user_not_found")
    return {"user": user.json()}


def user_list(call: Call) -> Json:
    page, after = paged(call, list(call.team.users.values()), 1000, 1000)
    return {
        "members": [user.json() for user in page],
        "cache_ts": int(call.now.timestamp()),
        "response_metadata": {"next_cursor": after},
    }


def group_list(call: Call) -> Json:
    with_users = call.args.flag("include_users")
    return {"usergroups": [group.json(with_users) for group in call.team.groups.values()]}


def group_users(call: Call) -> Json:
    group = call.team.groups.get(call.args.text("usergroup"))
    if group is None:
        raise Refusal("no_such_subteam")
    return {"users": list(group.users)}


def bot_info(call: Call) -> Json:
    bot = call.args.maybe("bot") or call.bot.bot_id
    if bot != call.bot.bot_id:
        raise Refusal("bot_not_found")
    app = call.service.registration.app_id
    about = {"id": bot, "deleted": False, "name": call.bot.name, "app_id": app}
    return {"bot": {**about, "user_id": call.bot.id, "icons": {}}}


def team_info(call: Call) -> Json:
    wanted = call.args.maybe("team")
    if wanted not in (None, call.team.id):
        raise Refusal("team_not_found")
    return {"team": {"id": call.team.id, "name": call.team.name, "domain": call.team.domain}}
