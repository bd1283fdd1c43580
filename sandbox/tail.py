"""Reads the record of a call inside the container. Source for `python3 -I -S -c`; never imported.

Arguments: record path, bytes to skip. Writes the record's frames as they grow, with frames of its
own:
  N  first: the clock now, "<monotonic ms>"
  V  last, after the supervisor has let go of the lock: the state of the container now: "<oom kills>
  <monotonic ms> <monotonic ms of the last time-out that ended everything, or 0>"
  G  no such record: this container never ran the call
"""

import fcntl
import os
import sys
import time

CHUNK = 65536
PAUSE = 0.02  # seconds between looks at a growing record
OOM_COUNTERS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")


def oom_kills() -> int:
    """As in the supervisor; each program carries its own copy, since neither can import."""
    for path in OOM_COUNTERS:
        try:
            with open(path, "rb") as counters:
                for line in counters:
                    if line.startswith(b"oom_kill "):
                        return int(line.split()[1])
        except (OSError, ValueError):
            continue
    return 0


def last_timeout(record: str) -> int:
    """When a call of this container ended everything at its time-out; 0 if none did."""
    path = os.path.join(os.path.dirname(os.path.dirname(record)), "timeout")
    try:
        with open(path, "rb") as mark:
            return int(mark.read(20))
    except (OSError, ValueError):
        return 0


def write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]


def frame(kind: bytes, payload: bytes) -> None:
    write(kind + len(payload).to_bytes(4, "big") + payload)


def has_ended(fd: int) -> bool:
    """True once nobody holds the record's lock."""
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def copy(fd: int) -> None:
    while data := os.read(fd, CHUNK):
        write(data)


def main() -> None:
    """Copy until the call has ended and every byte is out."""
    try:
        fd = os.open(sys.argv[1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        frame(b"G", b"")
        return
    frame(b"N", b"%d" % (time.monotonic() * 1000))
    os.lseek(fd, int(sys.argv[2]), os.SEEK_SET)
    while not has_ended(fd):
        copy(fd)
        time.sleep(PAUSE)
    copy(fd)
    marks = (oom_kills(), time.monotonic() * 1000, max(0, last_timeout(sys.argv[1])))
    frame(b"V", b"%d %d %d" % marks)


if __name__ == "__main__":
    main()
