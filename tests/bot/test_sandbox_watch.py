"""Whether tools can run is said before somebody asks for one, and once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from structlog.testing import capture_logs
from web_house import open_bench, tab

from adapters.web.context import WebContext
from bot.composition import sandbox_of
from bot.sandbox_watch import SandboxWatch
from config.load import load
from runtime.clock import SystemClock
from runtime.errors import SandboxUnavailable

AWAY = "no Docker engine answers at unix:///nowhere: install or start Docker"


class Engine:
    """Fails as it is told to."""

    def __init__(self) -> None:
        self.fault = AWAY

    async def check(self) -> None:
        if self.fault:
            raise SandboxUnavailable(self.fault)


async def test_a_change_is_logged_once() -> None:
    engine = Engine()
    watch = SandboxWatch(engine.check, SystemClock())
    with capture_logs() as logs:
        for fault in (AWAY, AWAY, "the image is missing", "", "", AWAY):
            engine.fault = fault
            await watch.look()
            assert watch.problem == fault
    assert [(line["event"], line.get("why")) for line in logs] == [
        ("sandbox.unavailable", AWAY),
        ("sandbox.unavailable", "the image is missing"),
        ("sandbox.available", None),
        ("sandbox.unavailable", AWAY),
    ]


async def test_no_engine_is_found_without_a_call(tmp_path: Path) -> None:
    environ = {
        "AETHER_DATA_DIR": str(tmp_path),
        "AETHER_SANDBOX__DOCKER_HOST": f"unix://{tmp_path}/none.sock",
    }
    sandbox = sandbox_of(load(environ=environ, folder=tmp_path), SystemClock())
    watch = SandboxWatch(sandbox.check, SystemClock())
    await watch.look()
    sandbox.close()
    assert watch.problem.startswith("no Docker engine answers at unix://")


async def test_the_page_says_it_while_it_lasts(tmp_path: Path) -> None:
    engine = Engine()
    watch = SandboxWatch(engine.check, SystemClock())
    await watch.look()

    def seen(context: WebContext) -> WebContext:
        return replace(context, problem=lambda: watch.problem)

    async with open_bench(tmp_path, change=seen) as bench:
        async with tab(bench, query="?view=1") as page:
            await page.page("Commands and files do not work now.", "install or start Docker")
        engine.fault = ""
        await watch.look()
        async with tab(bench, "other", "?view=1") as page:
            await page.until(lambda frame: "snapshot" in frame)
            assert "do not work" not in str(page.fragments)
