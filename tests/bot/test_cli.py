"""The command line as a process: help, versions, and errors in one line."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from child_process import child

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
        timeout=120,
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
        (["up", "--simulate", "irc"], {}, "--simulate irc: there is slack and discord"),
        (["up", "--config", "none.yaml"], {}, "none.yaml: no such file or directory"),
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
    assert done.stderr.startswith("aether: ") or words[0] == "up"
    assert done.stderr.splitlines()[-1].startswith("aether: ")
    assert "Traceback" not in done.stderr
    assert "hunter22" not in done.stderr
    assert done.stdout == ""


def test_a_python_without_our_packages_is_told_where_they_are(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-m", "bot", "doctor"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.endswith(
        "has no package typer: run `make setup`, then write .venv/bin/python -m bot\n"
    )
    assert "Traceback" not in done.stderr


def test_whoever_starts_it_by_hand_is_told_where_it_is(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AETHER_")}
    given = {"AETHER_DATA_DIR": str(tmp_path), "AETHER_MODEL": "demo", "AETHER_WEB__PORT": "0"}
    with (
        os.fdopen(ours, encoding="utf-8") as told,
        child(
            [sys.executable, "-m", "bot", "up"],
            cwd=ROOT, env=kept | given, stdout=theirs, stderr=subprocess.DEVNULL,
        ) as process,
    ):  # fmt: skip
        os.close(theirs)
        greeting = told.readline()
        assert re.match(r"Aether is at http://127\.0\.0\.1:\d+/#token=\S{20,}\s", greeting)
        process.terminate()
    assert process.returncode == 0


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
