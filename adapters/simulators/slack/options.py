"""What a select offers."""

from __future__ import annotations

from adapters.simulators.slack.wire import Json, listed


def options_of(element: Json) -> list[Json]:
    """Of a select, also in groups."""
    options = listed(element, "options")
    groups = listed(element, "option_groups")
    return [*options, *(option for g in groups for option in listed(g, "options"))]
