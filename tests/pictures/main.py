"""Takes the README's pictures of real pages: the demo in its container, seen in Chromium.

`main.py FOLDER [workbench|slack|discord ...]`; needs a Docker engine, the sandbox image and
/usr/bin/chromium.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "stubs"))

from chats import take_discord, take_slack
from studio import Studio
from web_browser import browser
from workbench import take_workbench

SUBJECTS = {"workbench": take_workbench, "slack": take_slack, "discord": take_discord}


async def take(folder: Path, subjects: list[str]) -> None:
    for subject in subjects:
        async with browser() as page:
            await SUBJECTS[subject](Studio(page, folder))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(target, sys.argv[2:] or list(SUBJECTS)))
