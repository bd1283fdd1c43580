"""The images that people build, built here; what they promise, asked of a running container."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SANDBOX = "aether-sandbox:0.1.0"
BOT = "aether-bot:test"
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
    for name in ("Dockerfile", ".dockerignore", "requirements.txt"):
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


@pytest.fixture(scope="module")
def bot_image(tmp_path_factory: pytest.TempPathFactory) -> str:
    # The sandbox's own base: it is on this machine already, wherever it came from.
    base = docker("inspect", "--format", '{{index .Config.Labels "aether.base"}}', SANDBOX)
    index = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST")
    given = [f"--build-arg={name}" for name in index if os.environ.get(name)]
    folder = context(tmp_path_factory.mktemp("context"))
    # Two workers at once would prune what the other one has built and not named yet, and Docker
    # refuses a second prune; who comes second finds the same image, built already.
    with alone(tmp_path_factory.getbasetemp().parent):
        docker(
            "build", "--tag", BOT, "--label", "aether.test=images",
            "--build-arg", f"BASE={base}", *given, folder,
        )  # fmt: skip
        # The builds of earlier runs lost their name to this one.
        docker("image", "prune", "--force", "--filter", "label=aether.test=images")
    return BOT


def test_bot_image_runs_the_bot(bot_image: str) -> None:
    assert "doctor" in docker("run", "--rm", "--network=none", bot_image, "--help")


def test_bot_image_keeps_data_as_an_ordinary_user(bot_image: str) -> None:
    script = "import os; open(os.environ['AETHER_DATA_DIR'] + '/kept', 'w'); print(os.getuid())"
    run = ("run", "--rm", "--network=none", "--entrypoint=python", bot_image)
    assert docker(*run, "-c", script) == "10001"


def test_sandbox_image_has_its_tools_and_raises_nobody() -> None:
    script = (
        "for tool in python3 git curl rg ps; do command -v $tool >/dev/null || echo no $tool; done;"
        "find / -xdev -type f -perm /6000 2>/dev/null; touch /workspace/a; id -u"
    )
    assert docker("run", "--rm", "--network=none", SANDBOX, "sh", "-c", script) == "10001"
