"""Who is in a workspace."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.simulators.slack.wire import Json


@dataclass(frozen=True, slots=True)
class User:
    """`handle` is the login name, `name` what others read. A bot has the id of its app. `team` is
    the workspace that somebody belongs to, another one for those who come by a shared channel."""

    id: str
    handle: str
    name: str
    team: str
    bot_id: str | None = None
    is_admin: bool = False
    is_guest: bool = False
    deleted: bool = False

    @property
    def is_bot(self) -> bool:
        return self.bot_id is not None

    def json(self) -> Json:
        profile: Json = {
            "real_name": self.name,
            "real_name_normalized": self.name,
            "display_name": self.handle if self.is_bot else self.name,
            "display_name_normalized": self.handle if self.is_bot else self.name,
            "team": self.team,
        }
        if self.bot_id:
            profile["bot_id"] = self.bot_id
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.handle,
            "real_name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_restricted": self.is_guest,
            "is_ultra_restricted": False,
            "is_app_user": False,
            "tz": "Etc/UTC",
            "tz_offset": 0,
            "profile": profile,
        }


@dataclass(frozen=True, slots=True)
class Group:
    """People who can be meant together, as @reviewers."""

    id: str
    handle: str
    name: str
    team: str
    users: tuple[str, ...]

    def json(self, include_users: bool) -> Json:
        members: Json = {"users": list(self.users)} if include_users else {}
        return {
            "id": self.id,
            "team_id": self.team,
            "is_usergroup": True,
            "handle": self.handle,
            "name": self.name,
            "date_delete": 0,
            "user_count": len(self.users),
            **members,
        }
