"""Profiles: those of runs that start now, and those that runs have on the record."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from runtime.errors import ToolError
from runtime.events import RunStarted
from runtime.folds.state import Run
from runtime.ids import Address, ArtifactHash
from runtime.ports import Artifacts
from runtime.profile import Profile, ProfileFor, narrowed

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Profiles:
    """Nothing is remembered here: the record and today's settings say everything."""

    profile_for: ProfileFor
    artifacts: Artifacts

    async def keep(self, started: RunStarted, address: Address) -> None:
        """Make the profile of a run durable, before the record names it. Raises
        JournalUnavailable."""
        profile = self.profile_for(address, started.requester)
        await self.artifacts.put(profile.canonical)

    async def of(self, address: Address, run: Run) -> Profile:
        """What this run may do now: what it began with, narrowed by today's. A run of before there
        were profiles, or whose profile is gone, has today's."""
        today = self.profile_for(address, run.requester)
        if run.profile in ("", today.digest):
            return today
        try:
            kept = await self.artifacts.get(ArtifactHash(run.profile))
        except ToolError as error:
            log.warning("profile.gone", run=run.run_id, why=str(error))
            return today
        return narrowed(Profile.model_validate_json(kept), today)
