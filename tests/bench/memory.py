"""Memory of the bot process."""

from __future__ import annotations

from pathlib import Path

from memory_idle import with_discord, with_slack
from processes import child, heard
from report import Report, Say
from story import open_house

from runtime.testing.model import ScriptedModel
from runtime.testing.sandbox import FakeSandbox

_IDLE, _AFTER, _LIVE = 100, 150, 1.0  # MiB
_PARKED = 0.05  # MiB per run: what a measurement of nothing gives


async def measure(say: Say, folder: Path) -> Report:
    report = Report()
    for name, resident in (("Slack", with_slack), ("Discord", with_discord)):
        say(f"the service, connected to {name}")
        report.add(f"idle with {name}", await resident(folder / name), "MiB", _IDLE)
    async with open_house(folder, ScriptedModel([]), FakeSandbox()):
        """The database exists, as it does at every start but the first."""
    async with child("stub_child.py") as server:
        url = (await heard(server))["url"]
        async with child("memory_child.py", str(folder), url) as bot:
            say("idle, then a first run")
            report.add("idle, no platform", (await heard(bot))["idle"], "MiB", _IDLE)
            report.add("after a run", (await heard(bot))["after_run"], "MiB", _AFTER)
            for name, bar in (("parked", _PARKED), ("live", _LIVE)):
                say(f"{name} runs")
                found = await heard(bot)
                few, many = found["counts"]
                report.details[f"{name}_mib"] = dict(zip((few, many), found[name], strict=True))
                each = (found[name][1] - found[name][0]) / (many - few)
                report.add(f"per extra {name} run", each, "MiB", bar)
    return report
