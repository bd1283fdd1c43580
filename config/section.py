"""A group of settings."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A group of settings. Unknown keys are errors, and errors never quote what was written."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
