"""A modal or a Home tab."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.simulators.slack.wire import Json


@dataclass(frozen=True, slots=True)
class View:
    """`source` is what the app sent; `hash` changes with every version. `values` is what the
    person has filled in so far, by block and action id."""

    id: str
    team: str
    user: str
    source: Json
    hash: str
    root: str
    previous: str | None = None
    values: Json = field(default_factory=dict[str, "Json"])

    @property
    def callback_id(self) -> str:
        return str(self.source.get("callback_id", ""))

    @property
    def external_id(self) -> str:
        return str(self.source.get("external_id", ""))

    def json(self, app: str, bot: str) -> Json:
        defaults: Json = {
            "private_metadata": "", "callback_id": "", "external_id": "", "close": None,
            "submit": None, "clear_on_close": False, "notify_on_close": False,
        }  # fmt: skip
        return {
            **defaults,
            **self.source,
            "id": self.id,
            "team_id": self.team,
            "app_id": app,
            "app_installed_team_id": self.team,
            "bot_id": bot,
            "hash": self.hash,
            "root_view_id": self.root,
            "previous_view_id": self.previous,
            "state": {"values": self.values},
        }
