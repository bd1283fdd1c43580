"""make mutants: breaks Aether in one place at a time, and sees whether the tests beside it say so.

Each mutant of mutants.yaml is applied to a copy of the tracked files. It is caught where its tests
fail by an assertion within the time-out; a test that hangs catches nothing. The exit code is 1 if
one survives.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent.parent
LONGEST = 60  # seconds of one test
ABREAST = 2


@dataclass(frozen=True, slots=True)
class Mutant:
    """`old` stands exactly once in `file`; `tests` are folders or files beside it."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def applied(self, tree: Path) -> None:
        """Raises ValueError where the file does not say what it should."""
        path = tree / self.file
        text = path.read_text()
        if (times := text.count(self.old)) != 1:
            raise ValueError(f"{self.name}: {self.file} holds {self.old!r} {times} times")
        path.write_text(text.replace(self.old, self.new))


@dataclass(frozen=True, slots=True)
class Verdict:
    mutant: Mutant
    caught: bool
    seconds: float
    said: str

    def __str__(self) -> str:
        word = "caught" if self.caught else "SURVIVED"
        return f"{word:8} {self.seconds:5.1f} s  {self.mutant.name}: {self.said}"


def mutants(path: Path = Path(__file__).with_name("mutants.yaml")) -> list[Mutant]:
    rows: list[dict[str, str]] = yaml.safe_load(path.read_text())
    return [
        Mutant(row["name"], row["file"], row["old"], row["new"], tuple(row["tests"].split()))
        for row in rows
    ]


def copied(folder: Path) -> Path:
    """What git tracks, as it stands now; the environment is shared."""
    tree = Path(tempfile.mkdtemp(dir=folder))
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tree / name)
    return tree


async def judged(mutant: Mutant, folder: Path, free: asyncio.Semaphore) -> Verdict:
    async with free:
        tree = await asyncio.to_thread(copied, folder)
        mutant.applied(tree)
        began = time.monotonic()
        pytest = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider",
            f"--timeout={LONGEST}", *mutant.tests,
            cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await pytest.communicate()
        shutil.rmtree(tree)
        return verdict(mutant, pytest.returncode, output.decode(), time.monotonic() - began)


def verdict(mutant: Mutant, code: int | None, output: str, seconds: float) -> Verdict:
    failed = [line for line in output.splitlines() if line.startswith("FAILED ")]
    caught = code == 1 and bool(failed) and "Timeout (>" not in output
    last = failed[0] if failed else output.strip().splitlines()[-1]
    return Verdict(mutant, caught, seconds, last.removeprefix("FAILED "))


async def play(chosen: Sequence[Mutant]) -> int:
    free, survived = asyncio.Semaphore(ABREAST), 0
    with tempfile.TemporaryDirectory(prefix="aether-mutants-") as folder:
        playing = [judged(mutant, Path(folder), free) for mutant in chosen]
        for done in asyncio.as_completed(playing):
            verdict = await done
            survived += not verdict.caught
            sys.stdout.write(f"{verdict}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen) - survived} of {len(chosen)} caught\n")
    return int(bool(survived))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="of a name or file")
    words = parser.parse_args().words
    chosen = [m for m in mutants() if not words or any(w in m.name or w in m.file for w in words)]
    return asyncio.run(play(chosen))


if __name__ == "__main__":
    sys.exit(main())
