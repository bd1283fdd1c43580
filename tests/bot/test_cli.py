"""The command line as a process: help, versions, and errors in one line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot import __version__

ROOT = Path(__file__).parents[2]


def bot(*words: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` with nothing but this environment, and no model to find."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    standard = {"AETHER_DATA_DIR": str(folder / "data"), "AETHER_MODEL": "demo"}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env={**kept, **standard, "PYTHONPATH": str(ROOT), **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_names_every_command(tmp_path: Path) -> None:
    done = bot("--help", folder=tmp_path)
    assert done.returncode == 0
    assert {"run", "sessions", "replay", "doctor", "up"} <= set(re.findall(r"\w+", done.stdout))
    assert not (tmp_path / "data").exists()


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, bot.cli; print(sorted({'sqlalchemy', 'docker', 'rich'} & {*sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_version_is_that_of_the_project(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert bot("--version", folder=tmp_path).stdout.strip() == f"aether {project['version']}"
    assert project["version"] == __version__


@pytest.mark.parametrize(
    ("words", "environ", "line"),
    [
        (["sessions"], {"AETHER_MDOE": "x"}, "did you mean AETHER_MODE?"),
        (["up"], {"AETHER_LIMITS__TURNS": "x"}, "AETHER_LIMITS__TURNS must be a whole number"),
        (["run", "x", "--mode", "fast"], {}, "--mode: mode must be 'semi', 'auto' or 'ask'"),
        (["run", "--session", "none"], {}, "there is no session 'none'"),
        (["replay", "none"], {}, "no session begins with 'none'"),
        (["sessions"], {"AETHER_DATA_DIR": "/dev/null/x"}, "AETHER_DATA_DIR"),
        (["up"], {"AETHER_MODEL": "strange"}, "names the model 'strange'"),
        (["run", "x"], {"AETHER_EVENTS__ENABLED": "[usge]"}, "did you mean usage?"),
        (["sessions"], {"AETHER_DATABASE__URL": "mysql://a:hunter22@b/c"}, "mysql"),
    ],
)
def test_errors_are_one_line(
    tmp_path: Path, words: list[str], environ: dict[str, str], line: str
) -> None:
    done = bot(*words, folder=tmp_path, **environ)
    assert done.returncode == 2, done.stderr
    assert line in done.stderr
    assert done.stderr.startswith("aether: ") or words == ["up"]
    assert "Traceback (most recent call last)" not in done.stderr.splitlines()
    assert "hunter22" not in done.stderr + done.stdout


def test_run_needs_words(tmp_path: Path) -> None:
    done = bot("run", folder=tmp_path)
    assert done.returncode == 2
    assert 'python -m bot run "' in done.stderr


def test_no_sessions_yet(tmp_path: Path) -> None:
    done = bot("sessions", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("No sessions yet in ")


def test_a_small_talk_from_start_to_replay(tmp_path: Path) -> None:
    done = bot("run", "hello", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "> " in done.stdout
    assert "✓ Done" in done.stdout
    assert "\x1b" not in done.stdout
    listed = bot("sessions", folder=tmp_path).stdout
    session = listed.split()[0]
    assert f"--session {session}" in done.stdout
    replayed = bot("replay", session[:8], folder=tmp_path)
    assert replayed.returncode == 0
    assert replayed.stdout.strip() in done.stdout
