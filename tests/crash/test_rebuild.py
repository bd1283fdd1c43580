"""A new process knows after each fact what the live one knew: a restart is a fold."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from crash_children import HERE, PATH
from crash_watch import Beliefs
from crash_world import World

from runtime.facts import VoteCast, is_shown

pytestmark = pytest.mark.crash


def test_after_each_fact(sqlite_world: World) -> None:
    world = sqlite_world
    world.start(watch=True).done()
    folder = world.spec.data_dir
    subprocess.run(
        (
            sys.executable,
            HERE / "crash_rebuild.py",
            world.spec.database_url,
            folder,
            folder / "new",
        ),
        env=os.environ | {"PYTHONPATH": PATH},
        check=True,
        timeout=120,
    )
    live, new = Beliefs.read(folder / "live.json"), Beliefs.read(folder / "new")
    entries = world.entries()
    # No segment lives at a vote that the same append decides.
    driven = {e.seq for e in entries} - {e.seq for e in entries if isinstance(e.fact, VoteCast)}
    assert live.states.keys() >= driven
    assert live.views.keys() == {e.seq for e in entries if is_shown(e.fact)}
    for part in ("states", "contexts", "views"):
        believed: dict[int, str] = getattr(live, part)
        known: dict[int, str] = getattr(new, part)
        assert believed == {seq: known[seq] for seq in believed}, part
