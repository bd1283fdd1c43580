"""What the adapter must be told about one Slack app."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from runtime.errors import Misconfigured

SLACK = "https://slack.com/api/"
_SITES = ("slack.com", "slack-gov.com")


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """Secrets never show in a repr. One workspace has a `bot_token`; several install the app by
    OAuth, with `client_id`, `client_secret` and `public_url` (https, without a path).

    Mode "socket" needs `app_token`, mode "http" needs `signing_secret`. With `allow_guests` guests
    and people of other workspaces may use the agent too."""

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    base_url: str = SLACK
    mode: Literal["socket", "http"] = "socket"
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    public_url: str = ""
    allow_guests: bool = False

    def missing(self) -> tuple[str, ...]:
        """Names of the settings that this way of serving needs and does not have."""
        needed = ["app_token" if self.mode == "socket" else "signing_secret"]
        needed += ["client_secret", "public_url"] if self.many else ["bot_token"]
        return tuple(name for name in needed if not getattr(self, name))

    def check(self, *, keeps: bool) -> None:
        """Raises Misconfigured if something is missing. `keeps`: tokens of installations can be
        kept."""
        for name in self.missing():
            raise Misconfigured(
                f"slack: {name} is missing in mode {self.mode}: set SLACK_{name.upper()}"
            )
        if self.many and not keeps:
            raise Misconfigured(
                "slack: client_id is set, so the tokens of workspaces must be kept: set"
                " AETHER_INSTALLATIONS_KEY"
            )

    @property
    def many(self) -> bool:
        """Whether workspaces install the app by themselves."""
        return bool(self.client_id)


def site_of(base_url: str) -> str:
    """The Slack behind a Web API, with its pages and files; behind a proxy it is the usual one."""
    host = urlsplit(base_url).hostname or ""
    return next((site for site in _SITES if is_within(host, site)), _SITES[0])


def is_within(host: str, site: str) -> bool:
    return host == site or host.endswith(f".{site}")
