"""What is the same in every tool that only looks."""

from __future__ import annotations

from runtime.approvals import Risk, Subject
from runtime.facts import Opens
from runtime.tools.excerpt import one_line
from runtime.tools.tool import Judgement


def reading(operation: str, subject: Subject, opens: Opens = "") -> Judgement:
    """The judgement of a call that changes nothing; `subject` is what it looks at."""
    return Judgement(
        summary=one_line(operation),
        operation=operation,
        risk=Risk.LOW,
        why="only reads the workspace",
        subject=subject,
        effects=False,
        repeatable=True,
        opens=opens,
    )
