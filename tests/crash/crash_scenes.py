"""All scenes by name."""

from __future__ import annotations

from crash_late import Late
from crash_reference import Reference
from crash_stage import Scene
from crash_tool_scenes import TOOL_SCENES, Expiry

SCENES: dict[str, Scene] = {
    "reference": Reference(),
    "late": Late(),
    "expiry": Expiry(),
    **TOOL_SCENES,
}
