"""Tokens: who holds them, what they allow and until when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

LIFE = timedelta(hours=12)
"""Of an access token, when the app has token rotation."""


@dataclass(frozen=True, slots=True)
class Grant:
    token: str
    team: str
    scopes: frozenset[str]
    revoked: bool = False
    inactive: bool = False
    ends: datetime | None = None
    refresh: str = ""

    def trouble(self, now: datetime) -> str | None:
        """Slack's code for why the token is of no use."""
        if self.inactive:
            return "account_inactive"
        if self.revoked:
            return "token_revoked"
        if self.ends is not None and now >= self.ends:
            return "token_expired"
        return None


class Grants:
    """All bot tokens of the app."""

    def __init__(self) -> None:
        self._grants: dict[str, Grant] = {}
        self._codes: dict[str, str] = {}
        self._made = 0

    def make(self, team: str, scopes: frozenset[str], now: datetime, rotation: bool) -> Grant:
        self._made += 1
        token = f"xoxe.xoxb-{team}-{self._made}" if rotation else f"xoxb-{team}-{self._made}"
        grant = Grant(token, team, scopes)
        if rotation:
            grant = replace(grant, ends=now + LIFE, refresh=f"xoxe-{team}-{self._made}")
        self._grants[token] = grant
        return grant

    def find(self, token: str) -> Grant | None:
        return self._grants.get(token)

    def of(self, team: str) -> list[Grant]:
        return [grant for grant in self._grants.values() if grant.team == team]

    def by_refresh(self, refresh: str) -> Grant | None:
        found = (g for g in self._grants.values() if g.refresh and g.refresh == refresh)
        return next(found, None)

    def change(self, grant: Grant) -> None:
        self._grants[grant.token] = grant

    def code(self, team: str) -> str:
        """What the browser brings back from the consent page; good for one exchange."""
        self._made += 1
        code = f"code-{team}-{self._made}"
        self._codes[code] = team
        return code

    def exchange(self, code: str) -> str | None:
        return self._codes.pop(code, None)
