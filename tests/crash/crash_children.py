"""The test's end of the zygote: start children, wait for them, let them go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from child_process import child
from crash_spec import Spec

HERE = Path(__file__).parent
PATH = os.pathsep.join((str(HERE.parent.parent), str(HERE)))


@dataclass(frozen=True, slots=True)
class Zygote:
    """One per test process. Children end by themselves; see `crash_zygote.LIFE`."""

    process: subprocess.Popen[str]

    def start(self, spec: Spec) -> Child:
        return Child(self, int(self.ask(f"start {spec.model_dump_json()}")), spec)

    def ask(self, request: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@dataclass(slots=True)
class Child:
    zygote: Zygote
    pid: int
    spec: Spec
    gone: bool = False

    def wait(self) -> str:
        """Until it ends or stops: "stopped", an exit code, or the negative signal."""
        how = self.zygote.ask(f"wait {self.pid}")
        self.gone = how != "stopped"
        return how

    def end(self) -> None:
        """Whatever it does, and if it is stopped: it does no more."""
        if not self.gone:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()

    def done(self) -> None:
        """It must play its scene to the end."""
        assert self.wait() == "0", self.spec.log.read_text()

    def killed(self) -> None:
        """It must meet its doom."""
        assert self.wait() == str(-signal.SIGKILL), self.spec.log.read_text()

    def stopped(self) -> None:
        assert self.wait() == "stopped", self.spec.log.read_text()

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)


@contextmanager
def zygote(script: str = "crash_zygote.py") -> Generator[Zygote]:
    with child(
        [sys.executable, HERE / script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": PATH},
    ) as process:
        yield Zygote(process)
        assert process.stdin is not None
        process.stdin.close()
