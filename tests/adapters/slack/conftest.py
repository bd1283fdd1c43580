"""Nothing is left out in these tests because a machine was slow."""

from __future__ import annotations

import pytest
from patience import be_patient


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    be_patient(monkeypatch.setattr)
