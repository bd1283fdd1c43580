"""One workspace as our app sees it: what `auth.test` tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Workspace:
    """The ids under which our own messages come back: `bot_user` as their author, `bot_id` and
    `app_id` beside it. `name` is the workspace's."""

    team: str
    bot_user: str
    bot_id: str = ""
    app_id: str = ""
    name: str = ""

    def wrote(self, user: str, bot_id: str = "", app_id: str = "") -> bool:
        """Whether a message is our own, by what Slack says of its author; "" for what it does not
        say."""
        return user == self.bot_user or any(
            ours and ours == theirs
            for ours, theirs in ((self.bot_id, bot_id), (self.app_id, app_id))
        )
