"""Process 1 of every container. Its source is run there as `python3 -I -S -c SOURCE TTL`; never
imported.

It reaps orphans, ends every other process on SIGUSR1 and ends the container when its time is over.
Process 1 cannot be killed from inside its own process namespace, so the untrusted side cannot stop
it, and `kill(-1)` is one step of the kernel: a fork bomb cannot outrun it.
"""

import os
import signal
import sys
import time
from contextlib import suppress

WATCHED = (signal.SIGUSR1, signal.SIGCHLD, signal.SIGTERM)


def reap() -> None:
    """Collect every dead child; the orphans of all calls are ours."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def end_everything(times: int) -> None:
    """SIGKILL to every process of the container but this one, then show that it is done."""
    with suppress(ProcessLookupError):  # nothing else runs
        os.kill(-1, signal.SIGKILL)
    show(times)


def show(times: int) -> None:
    """Be called keeper-<times>: the host reads it among the names of the processes."""
    with open("/proc/self/comm", "w") as name:
        name.write(f"keeper-{times}")


def main() -> None:
    """Serve signals until SIGTERM or until `TTL` seconds are over; then the container ends."""
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    ends = time.monotonic() + float(sys.argv[1])
    times = 0
    show(times)
    while (left := ends - time.monotonic()) > 0:
        got = signal.sigtimedwait(WATCHED, left)
        if got is None or got.si_signo == signal.SIGTERM:
            return
        if got.si_signo == signal.SIGUSR1:
            times += 1
            end_everything(times)
        reap()


if __name__ == "__main__" and os.getpid() == 1:  # anywhere else kill(-1) would hit the host
    main()
