"""The images that people build, built here; what they promise, asked of a running container."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import yaml

ROOT = Path(__file__).parent.parent
SANDBOX = "aether-sandbox:0.1.0"
BOT = "aether-bot:test"
TESTED = {"3.11", "3.13"}
"""Pythons on which the whole suite was run: see the README."""
PARTS = ("adapters", "bot", "config", "runtime", "sandbox")

pytestmark = pytest.mark.docker


def docker(*arguments: str | Path) -> str:
    done = subprocess.run(
        ["docker", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    output = done.stdout.decode(errors="replace")
    assert done.returncode == 0, output
    return output.strip()


def context(folder: Path) -> Path:
    """What `docker build .` would send, and the CA bundle of this machine if it needs one."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(
                ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__")
            )
    (folder / "scripts").mkdir()
    for name in (
        "Dockerfile", ".dockerignore", "compose.yaml", "requirements.txt", "scripts/container.sh",
    ):  # fmt: skip
        shutil.copy(ROOT / name, folder / name)
    if bundle := os.environ.get("SSL_CERT_FILE"):
        shutil.copy(bundle, folder / "ca-bundle.crt")
    return folder


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """One process of the test session at a time."""
    with (folder / "images.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def base() -> str:
    """The sandbox's own: it is on this machine already, wherever it came from."""
    return docker("inspect", "--format", '{{index .Config.Labels "aether.base"}}', SANDBOX)


@pytest.fixture(scope="module")
def bot_image(tmp_path_factory: pytest.TempPathFactory) -> str:
    index = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST")
    given = [f"--build-arg={name}" for name in index if os.environ.get(name)]
    folder = context(tmp_path_factory.mktemp("context"))
    # Two workers at once would prune what the other one has built and not named yet, and Docker
    # refuses a second prune; who comes second finds the same image, built already.
    with alone(tmp_path_factory.getbasetemp().parent):
        docker(
            "build", "--tag", BOT, "--label", "aether.test=images",
            "--build-arg", f"BASE={base()}", *given, folder,
        )  # fmt: skip
        # The builds of earlier runs lost their name to this one.
        docker("image", "prune", "--force", "--filter", "label=aether.test=images")
    return BOT


def test_bot_image_runs_the_bot(bot_image: str) -> None:
    assert "doctor" in docker("run", "--rm", "--network=none", bot_image, "--help")


def test_bot_image_holds_no_simulators(bot_image: str) -> None:
    run = ("run", "--rm", "--network=none", "--entrypoint=sh", bot_image)
    told = docker(*run, "-c", "aether up --simulate slack 2>&1; test $? = 2")
    assert "the image of the service holds no simulators" in told.splitlines()[-1]


@pytest.mark.parametrize("user", ["0", "10001"])
def test_bot_image_keeps_data_as_an_ordinary_user(bot_image: str, user: str) -> None:
    run = ("run", "--rm", "--network=none", f"--user={user}", "--entrypoint=sh", bot_image)
    script = "aether sessions >/dev/null; stat -c '%u %a' /data /data/logs"
    assert docker(*run, "-c", script).split() == ["10001", "700"] * 2


def test_the_python_of_the_image_is_one_that_the_suite_runs_on(bot_image: str) -> None:
    run = ("run", "--rm", "--network=none", "--entrypoint=python", bot_image)
    inside = docker(*run, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
    assert inside in TESTED
    named = re.findall(
        r"^ARG BASE=python:([\d.]+)-", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    assert named
    assert set(named) <= TESTED


class Compose:
    """compose.yaml as a project of its own, on a free port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        has_plugin = subprocess.run(
            ["docker", "compose", "version"], capture_output=True
        ).returncode
        self._command = ["docker-compose"] if has_plugin else ["docker", "compose"]
        self._environ = os.environ | {
            "COMPOSE_PROJECT_NAME": f"aether-test-{secrets.token_hex(4)}",
            "AETHER_BASE": base(), "AETHER_SANDBOX_BASE": base(), "AETHER_IMAGE": BOT,
            "AETHER_PORT": "0", "AETHER_MODEL": "demo",
        }  # fmt: skip

    def __call__(self, *words: str) -> str:
        done = subprocess.run(
            [*self._command, *words], cwd=self._folder, env=self._environ, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        output = done.stdout.decode(errors="replace")
        assert done.returncode == 0, output
        return output.strip()

    def healthy(self) -> None:
        """Returns when the health check says so; the log is in the failure."""
        container, status = self("ps", "-q", "aether"), "starting"
        for _ in range(120):
            status = docker("inspect", "--format", "{{.State.Health.Status}}", container)
            if status != "starting":
                break
            docker("run", "--rm", "--network=none", "--entrypoint=sleep", BOT, "1")
        assert status == "healthy", f"{status}\n{self('logs')}"


@pytest.fixture
def compose(bot_image: str, tmp_path: Path) -> Generator[Compose]:
    project = Compose(context(tmp_path))
    try:
        yield project
    finally:
        project("down", "--volumes", "--timeout", "30")


def test_compose_serves_with_a_working_sandbox(compose: Compose) -> None:
    """From a fresh clone: the page asks for its token, and commands run in containers that the
    engine starts beside it, on the volume that both share."""
    compose("up", "-d")
    compose.healthy()
    port = compose("port", "aether", "8420").rpartition(":")[2]
    link = compose("exec", "-T", "aether", "aether", "link")
    token = re.fullmatch(r"http://127\.0\.0\.1:8420/#token=(\S{40,})", link)
    assert token is not None, link
    assert _status(port, "") == 401
    assert _status(port, token[1]) == 200
    examined = compose("exec", "-T", "aether", "aether", "doctor")
    assert re.search(r"Sandbox +Docker, no network, 512 MB; a program ran in", examined), examined
    assert "Ready (demo model, no chat platform connected)." in examined
    who = compose("exec", "-T", "aether", "sh", "-c", "stat -c '%u %a' /data /data/web-token")
    assert who.split() == ["10001", "700", "10001", "600"]


def test_compose_knows_postgresql_as_a_profile(compose: Compose) -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert [name for name, given in services.items() if "profiles" in given] == ["postgres"]
    assert "pg_isready" in services["postgres"]["healthcheck"]["test"]
    assert "pg_isready" in compose("--profile", "postgres", "config")


def test_what_is_missing_is_named_as_it_is_in_a_container(bot_image: str) -> None:
    """No socket is mounted, and `docker info` on the host would not help."""
    done = subprocess.run(
        ["docker", "run", "--rm", bot_image, "doctor"], capture_output=True, check=False
    )
    assert "mount the engine's socket into this container" in done.stdout.decode()


def _status(port: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    asked = Request(f"http://127.0.0.1:{port}/sessions", headers=headers)
    try:
        with urlopen(asked, timeout=10) as answer:  # noqa: S310 - no file
            return answer.status
    except HTTPError as error:
        with error:
            return error.code


def test_sandbox_image_has_its_tools_and_raises_nobody() -> None:
    script = (
        "for tool in python3 git curl rg ps; do command -v $tool >/dev/null || echo no $tool; done;"
        "find / -xdev -type f -perm /6000 2>/dev/null; touch /workspace/a; id -u"
    )
    assert docker("run", "--rm", "--network=none", SANDBOX, "sh", "-c", script) == "10001"
