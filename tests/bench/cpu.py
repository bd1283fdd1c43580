"""CPU of the bot process per run of 1,000 tokens, alone and in a crowd of ten."""

from __future__ import annotations

from pathlib import Path

from processes import child, heard
from report import Report, Say

RATE = 40
_BAR = 0.8  # CPU seconds per run, ten at once


async def measure(say: Say, folder: Path) -> Report:
    report = Report(details={"tokens_per_second": RATE, "thinking": 200, "text": 800})
    async with child("stub_child.py") as server:
        url = (await heard(server))["url"]
        async with child("cpu_child.py", str(folder), url, f"{RATE}/s") as bot:
            for crowd, bar in ((1, None), (10, _BAR)):
                say(f"{crowd} at once: 25 s of tokens")
                found = await heard(bot)
                assert found["crowd"] == crowd
                report.details[f"wall_seconds_{crowd}"] = round(found["wall"], 2)
                report.add(f"per run, {crowd} at once", found["cpu"], "s", bar)
    return report
