"""The chat platforms, and the threads of the agent there."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, NonNegativeInt, SecretStr

from config.section import Section


class Slack(Section):
    """The Slack app. Secrets are best set in the environment. `allow_guests`: guests and people of
    other workspaces may use it too."""

    bot_token: SecretStr
    app_token: SecretStr
    signing_secret: SecretStr
    teams: tuple[str, ...]
    allow_guests: bool
    base_url: str = Field(min_length=1)
    mode: Literal["socket", "http"]
    client_id: str
    client_secret: SecretStr
    public_url: str

    @property
    def configured(self) -> bool:
        """Whether there is a workspace to serve, or a way for workspaces to join."""
        return bool(self.bot_token.get_secret_value() or self.client_id)

    @property
    def problem(self) -> str:
        """Why it cannot be served as it is set, with the remedy; "" if it can, or is not set. Half
        of a pair is of no use. Only who serves must know: this is no error of the settings."""
        app, client_secret = map(SecretStr.get_secret_value, (self.app_token, self.client_secret))
        if app and not self.configured:
            return "slack has an app_token but no bot_token: set SLACK_BOT_TOKEN (xoxb-…)"
        if client_secret and not self.client_id:
            return "slack has a client_secret but no client_id: set SLACK_CLIENT_ID"
        if self.client_id and not client_secret:
            return "slack has a client_id but no client_secret: set SLACK_CLIENT_SECRET"
        if self.client_id and not self.public_url:
            return (
                "slack has a client_id but no public_url, where Slack sends those who install the"
                " app: set SLACK_PUBLIC_URL"
            )
        return (self._mistaken or self._unheard) if self.configured else ""

    @property
    def _mistaken(self) -> str:
        """Tokens in each other's place, which Slack would refuse without saying why."""
        bot, app = map(SecretStr.get_secret_value, (self.bot_token, self.app_token))
        if bot and not bot.startswith(("xoxb-", "xoxe.xoxb-")):
            return "slack has a bot_token of another kind: SLACK_BOT_TOKEN begins with xoxb-"
        if app and not app.startswith("xapp-"):
            return "slack has an app_token of another kind: SLACK_APP_TOKEN begins with xapp-"
        return ""

    @property
    def _unheard(self) -> str:
        what = "bot_token" if self.bot_token.get_secret_value() else "client_id"
        if self.mode == "socket" and not self.app_token.get_secret_value():
            return (
                f"slack has a {what} but no app_token: set SLACK_APP_TOKEN (xapp-…), or mode: http"
            )
        if self.mode == "http" and not self.signing_secret.get_secret_value():
            return (
                f"slack has a {what} and mode http but no signing_secret: set SLACK_SIGNING_SECRET"
            )
        return ""


class Discord(Section):
    """The Discord app. Without addresses it is Discord itself; `shards`: 0 is one connection."""

    token: SecretStr
    teams: tuple[str, ...]
    rest_url: str
    gateway_url: str
    shards: NonNegativeInt


class Replies(Section):
    """`reply`: which messages in a thread of the agent are for it, without a mention."""

    reply: Literal["smart", "mention", "always"]


class Threads(Replies):
    """`deleted`: what becomes of a task whose request is deleted."""

    deleted: Literal["stop", "keep"]
