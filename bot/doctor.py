"""`bot doctor`: looks at everything that Aether needs, shows each finding as it comes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from bot import checks
from bot.chat.platforms import platforms_of
from bot.composition import database_place, database_url, read_settings, redactor, sandbox_of
from bot.history import reading
from bot.logs import logs
from bot.logs.redact import Redactor
from bot.models import model_of
from bot.terminal.lines import Line, Style, line
from bot.terminal.painter import ColourPainter, Painter, PlainPainter
from bot.terminal.sanitize import one_line
from config.settings import Settings
from runtime.clock import SystemClock
from runtime.errors import JournalUnavailable, Misconfigured
from runtime.ports.findings import Finding, bad, fatal, good

ROOT = Path(__file__).resolve().parent.parent
_WIDTH = 1_000  # characters of a finding
_MARKS: dict[str, tuple[str, Style]] = {
    "good": ("✓", "good"),
    "poor": ("!", "warn"),
    "bad": ("✗", "bad"),
    "fatal": ("✗", "bad"),
}


def examine(config: Path | None) -> int:
    """The exit code: 1 if something is missing that Aether cannot do without."""
    try:
        settings = read_settings(config)
    except Misconfigured as error:
        return asyncio.run(report(_without_settings(str(error)), Redactor()))
    return asyncio.run(report(findings(settings), redactor(settings)))


async def report(found: AsyncGenerator[str | Finding], redact: Redactor) -> int:
    """Print findings as they come. A text says what is looked at now."""
    console = Console(file=sys.stdout)
    painter: Painter = (
        ColourPainter(sys.stdout) if console.is_terminal else PlainPainter(sys.stdout)
    )
    seen: list[Finding] = []
    with console.status("") as progress:
        async for item in found:
            if isinstance(item, str):
                progress.update(item)
                continue
            seen.append(item)
            painter.paint(_lines(item, redact))
    painter.paint((_sum(seen),))
    return 1 if _named(seen, "bad", "fatal") else 0


async def findings(settings: Settings) -> AsyncGenerator[str | Finding]:
    """Each finding after the text that announces it."""
    for finding in _of_the_house():
        yield finding
    yield good("Settings", f"mode {settings.mode}; {database_place(settings)}")
    folder = checks.data_folder(settings.data_dir)
    yield folder
    if folder.state != "bad":
        # Libraries log what they retry; that belongs in the file, not between the findings.
        logs.to_file(settings, redactor(settings), settings.data_dir / "logs" / "terminal.log")
        yield "opening the database"
        place = database_place(settings)
        yield await checks.database(database_url(settings), place, settings.data_dir)
        yield "running a program in a container"
        sandbox = sandbox_of(settings, SystemClock())
        yield await checks.container(sandbox)
        sandbox.close()
    yield "asking the model for a tool call"
    yield await _model(settings)
    yield _connected(settings)
    async for item in of_platforms(settings):
        yield item


async def of_platforms(settings: Settings) -> AsyncGenerator[str | Finding]:
    """Of those that are set up; half of a pair is named too."""
    if settings.slack.problem:
        yield fatal("Slack", settings.slack.problem)
    platforms = platforms_of(settings, SystemClock())
    every = [*platforms.every]
    async with AsyncExitStack() as stack:
        try:
            if platforms.installations is not None:
                journal = await stack.enter_async_context(reading(settings))
                platforms.installations.open(journal)
        except (JournalUnavailable, Misconfigured) as error:
            yield bad("Slack installations", str(error), "Correct what the message names.")
            every = [platform for platform in every if platform.name != "slack"]
        for platform in every:
            yield f"asking {platform.name}"
            for finding in await platform.examine():
                yield finding


def _connected(settings: Settings) -> Finding:
    names = [platform.name.title() for platform in platforms_of(settings, SystemClock()).every]
    if names:
        return good("Chat", f"set up: {', '.join(names)}", " and ".join(names))
    text = "no platform is set up: the workbench and the terminal serve"
    return good("Chat", text, "no chat platform connected")


async def _without_settings(problem: str) -> AsyncGenerator[str | Finding]:
    for finding in _of_the_house():
        yield finding
    yield fatal("Settings", problem)


def _of_the_house() -> list[Finding]:
    return [checks.python(), checks.packages(ROOT)]


async def _model(settings: Settings) -> Finding:
    try:
        chosen = await model_of(settings)
    except Misconfigured as error:
        return fatal("Model", str(error))
    try:
        return await checks.model(chosen.model, chosen.why)
    finally:
        await chosen.model.aclose()


def _lines(finding: Finding, redact: Redactor) -> tuple[Line, ...]:
    text = one_line(redact(finding.text), _WIDTH)
    first = line(_MARKS[finding.state], " ", (f"{finding.what + ' ':<12}", "bold"), text)
    if not finding.remedy:
        return (first,)
    return first, line(" " * 14, ("→ ", "accent"), one_line(redact(finding.remedy), _WIDTH))


def _sum(seen: list[Finding]) -> Line:
    """What will work and what will fail, in one sentence."""
    if fatal := _named(seen, "fatal"):
        return line((f"Aether does not start until this is fixed: {fatal}.", "bad"))
    if failing := _named(seen, "bad"):
        return line((f"Aether starts, but tasks will fail until this is fixed: {failing}.", "bad"))
    ready = f"Ready ({', '.join(finding.short for finding in seen if finding.short)})."
    if missing := _named(seen, "poor"):
        return line((f"{ready} To look at: {missing}.", "warn"))
    return line((ready, "good"))


def _named(seen: list[Finding], *states: str) -> str:
    """The findings in these states, each once."""
    return ", ".join(dict.fromkeys(finding.what for finding in seen if finding.state in states))
