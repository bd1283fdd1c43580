"""Risk, gates, grants, and who may decide. Pure: callers bring the clock and the journal's
state."""

from runtime.approvals.files import FileSeen, content, described, run_files
from runtime.approvals.gate import Gate
from runtime.approvals.grants import (
    NOTHING,
    Duration,
    Grant,
    Subject,
    agreed,
    coverage,
    exactly,
    expiry,
)
from runtime.approvals.risk import Mode, Risk, needs_approval, stricter
from runtime.approvals.rules import Rule, awaited, both, may_decide, people, who

__all__ = [
    "NOTHING",
    "Duration",
    "FileSeen",
    "Gate",
    "Grant",
    "Mode",
    "Risk",
    "Rule",
    "Subject",
    "agreed",
    "awaited",
    "both",
    "content",
    "coverage",
    "described",
    "exactly",
    "expiry",
    "may_decide",
    "needs_approval",
    "people",
    "run_files",
    "stricter",
    "who",
]
