"""Nothing is left out in these tests because a machine was slow."""

from __future__ import annotations

import pytest
from patience import PATIENCE, be_patient

from adapters.discord import commands
from adapters.discord.show import rest, surface, writing

DEADLINES = (
    (commands, "_PATIENCE"),
    (rest, "_SIGNING_IN"),
    (surface, "_TYPING"),
    (writing, "_COURTESY"),
)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    be_patient(monkeypatch.setattr)
    for module, deadline in DEADLINES:
        monkeypatch.setattr(module, deadline, PATIENCE)
