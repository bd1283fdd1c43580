"""What the README shows works: its program runs, its commands exist, its links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def run(*command: str, cwd: Path = ROOT) -> str:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("AETHER_", "OPENAI_"))}
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_embedding_example_runs_to_its_end(tmp_path: Path) -> None:
    (program,) = blocks("python")
    told = run(sys.executable, "-c", program, cwd=tmp_path)
    assert told.splitlines()[0] == "1 message_received"
    assert told.splitlines()[-1].endswith("run_finished")


def test_every_bot_command_exists() -> None:
    named = set(re.findall(r"python -m bot (\w+)", README))
    assert named == {"run", "sessions", "replay", "doctor", "up", "link", "slack", "discord"}
    told = run(sys.executable, "-m", "bot", "--help")
    assert [name for name in named if name not in told] == []


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"(?:`|^)make (\w+)", README, re.MULTILINE)))
)
def test_every_make_target_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_every_link_leads_to_a_file(link: str) -> None:
    assert (ROOT / link).exists()
