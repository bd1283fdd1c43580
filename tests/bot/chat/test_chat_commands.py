"""What registers the apps is printed, and the service meets each platform on this machine."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from child_process import child
from typer.testing import CliRunner

from bot.chat.commands import application_of
from bot.cli import cli

ROOT = Path(__file__).parents[3]
ID = "123456789012345678"
TOKEN = base64.b64encode(ID.encode()).decode().rstrip("=") + ".abcdef.xyz"


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def test_the_manifest_can_be_pasted_as_it_is(runner: CliRunner) -> None:
    done = runner.invoke(cli, ["slack", "manifest"])
    assert done.exit_code == 0
    assert yaml.safe_load(done.stdout)["settings"]["socket_mode_enabled"] is True
    done = runner.invoke(cli, ["slack", "manifest", "--http", "https://aether.example.org"])
    assert "https://aether.example.org/slack/events" in done.stdout


def test_an_address_that_slack_would_refuse(runner: CliRunner) -> None:
    done = runner.invoke(cli, ["slack", "manifest", "--http", "http://aether.example.org"])
    assert done.exit_code == 2
    assert "https://" in done.output


def test_the_invitation_names_the_app(runner: CliRunner) -> None:
    by_token = runner.invoke(cli, ["discord", "invite"], env={"DISCORD_TOKEN": TOKEN})
    by_id = runner.invoke(cli, ["discord", "invite", ID])
    assert by_token.stdout == by_id.stdout
    assert f"client_id={ID}" in by_id.stdout


@pytest.mark.parametrize("words", [[], ["12ab"], ["١٢"]])
def test_an_invitation_to_nobody(runner: CliRunner, words: list[str]) -> None:
    done = runner.invoke(cli, ["discord", "invite", *words])
    assert done.exit_code == 2
    assert "DISCORD_TOKEN" in done.output


@pytest.mark.parametrize("token", ["", "...", "é.b.c", "AAAA.b.c", "%%%.b"])
def test_what_is_no_token_has_no_app(token: str) -> None:
    assert not application_of(token).isdecimal()


@pytest.mark.parametrize("platform", ["slack", "discord"])
def test_the_service_meets_a_simulated_platform(tmp_path: Path, platform: str) -> None:
    """The real adapter over real sockets, and a page to try it. The operator's own journal is not
    touched, nor are tokens of theirs used; the end is quiet."""
    with child(
        [sys.executable, "-m", "bot", "up", "--simulate", platform],
        cwd=tmp_path,
        env=environment() | {"SLACK_BOT_TOKEN": "xoxb-1-own", "SLACK_APP_TOKEN": "xapp-1-own"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as service:
        assert service.stderr is not None
        assert service.stdout is not None
        entries = entries_until(service.stderr, "ready", f"{platform}.connected")
        seen = {str(entry["event"]): entry for entry in entries}
        page = str(seen["simulated"]["page"])
        assert "<html" in read(page)
        service.send_signal(signal.SIGTERM)
        entries += [json.loads(line) for line in service.stderr]
        told = service.stdout.read()
    assert service.returncode == 0
    assert page in told, "people are told, not only the log"
    assert seen["ready"]["platforms"] == [platform]
    assert not [entry for entry in entries if entry["level"] != "info"]
    assert not (tmp_path / ".aether" / "aether.db").exists()
    with pytest.raises(urllib.error.URLError):
        read(page)


def environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT), "AETHER_MODEL": "demo", "AETHER_WEB__PORT": "0"}


def entries_until(log: Iterable[str], *events: str) -> list[dict[str, object]]:
    """What is logged until all these events came. Every line must be one of ours."""
    entries: list[dict[str, object]] = []
    for line in log:
        entries.append(json.loads(line))
        if {*events} <= {entry["event"] for entry in entries}:
            break
    return entries


def read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 -- our own page
        return answer.read().decode()


def test_there_is_no_other_simulator(tmp_path: Path) -> None:
    environ = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "bot", "up", "--simulate", "irc"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "aether: --simulate irc: there is slack and discord"
