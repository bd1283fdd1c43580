"""Figures in words: times, sizes, tokens, money."""

from __future__ import annotations

from datetime import datetime

from adapters import text
from runtime.view import RunView, Spend


def lasted(seconds: float) -> str:
    """A duration: 0.4 s, 12 s, 3 min 05 s, 2 h 10 min, 3 days."""
    whole = round(seconds)
    return text.lasted(seconds) if whole < 48 * 3600 else f"{whole // 86400} days"


def sized(size: int) -> str:
    """Bytes, in units of 1024."""
    amount = float(size)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"


def spent(spend: Spend) -> str:
    """Tokens and dollars; no dollars where no price is known, nothing where nothing was counted."""
    tokens = spend.input_tokens + spend.output_tokens
    if not tokens and spend.cost is None:
        return ""
    counted = f"{tokens:,} token{'s' * (tokens != 1)}"
    return counted if spend.cost is None else f"{counted}, ${spend.cost:.4f}"


def elapsed(run: RunView, now: datetime) -> str:
    """Of work on the task until now; waiting for people is none."""
    return lasted(run.work(now))
