"""Runs one call inside the container: source for `python3 -I -S -c`; never imported.

Arguments: record path, time-out in seconds, bytes of standard input, bytes to keep, bytes to drain,
seconds to wait for the last words of children that outlive the command, argv.

Everything it says is a frame (kind, 4-byte length, payload), written to the record file and to its
own standard output alike, so a later reader of the record sees exactly what the first one saw:
  B  begun: "<oom kills so far> <wall ms> <monotonic ms> <time-out ms>"
  O, E  bytes of standard output, standard error
  X  ended: "<code or -> <why> <ms> <bytes dropped>"
Other processes could write such frames too: what counts is the exit status of this one, which the
engine tells: that of the command, 124 after a time-out, 125 after a flood.
The record is locked while the call lives: who gets the lock knows that it has ended.

The call never waits for a reader: what one has not taken waits in memory, within bounds, and the
rest of a flood is dropped. The deadline is kept here, whoever watches.
"""

import fcntl
import os
import select
import sys
import time

TYPE_CHECKING = False  # what `typing` would say, without importing it
if TYPE_CHECKING:
    import signal
else:
    import _signal as signal  # `signal` itself imports enum: 5 ms of every call

CHUNK = 65536  # what a pipe holds
RECORDS = 8  # ended calls whose records stay: enough for a restart, and they fit the tmpfs
FULL = b"[too many processes were left in the container; they were ended]\n"
# cgroup v2, then v1
ENDED = {"timeout": 124, "output_limit": 125}  # exit status where the command has none
OOM_COUNTERS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")


def oom_kills() -> int:
    """How often the kernel killed for memory in this container; 0 if it does not tell."""
    for path in OOM_COUNTERS:
        try:
            with open(path, "rb") as counters:
                for line in counters:
                    if line.startswith(b"oom_kill "):
                        return int(line.split()[1])
        except (OSError, ValueError):
            continue
    return 0


def end_others() -> None:
    """SIGKILL to all but this process and process 1: kill(-1) of Linux spares the caller."""
    try:
        os.kill(-1, signal.SIGKILL)
    except ProcessLookupError:
        return


def put(path: str, data: bytes) -> None:
    """Write a small file, where that can be done."""
    try:
        with open(path, "wb") as file:
            file.write(data)
    except OSError:
        return  # a process that has ended, or a full tmpfs


def drop_old_records(folder: str) -> None:
    """Remove the oldest records of ended calls; what stands in the folder is not trusted."""
    try:
        found = sorted((e.stat(follow_symlinks=False).st_mtime, e.path) for e in os.scandir(folder))
    except OSError:
        return  # another call tidies up at this moment
    for _, path in found[: -RECORDS + 1]:
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(path)
            finally:
                os.close(fd)
        except OSError:
            continue  # still running, or not ours


def open_record(path: str) -> int:
    """A new, locked record file; -1 (nothing is kept) if the tmpfs is full or spoilt."""
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder, 0o700, exist_ok=True)
        drop_old_records(folder)
        if os.path.lexists(path):  # the same call is run again
            os.unlink(path)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(fd, fcntl.LOCK_EX)
    except OSError:
        return -1
    return fd


class Journal:
    """Frames, kept in the record and on their way to standard output."""

    def __init__(self, record: int, keep: int) -> None:
        self.record = record
        self.room = keep
        self.dropped = 0
        self.waiting = bytearray()
        os.set_blocking(1, False)

    def say(self, kind: bytes, payload: bytes) -> None:
        frame = kind + len(payload).to_bytes(4, "big") + payload
        self.waiting += frame
        if self.record >= 0:
            self.store(frame)

    def store(self, frame: bytes) -> None:
        """Append the whole frame or, on a full disk, nothing of it and nothing from then on."""
        size = os.fstat(self.record).st_size
        try:
            if os.write(self.record, frame) == len(frame):
                return
        except OSError:
            pass
        os.ftruncate(self.record, size)
        self.record = -1  # the descriptor stays open: its lock says that the call lives

    def output(self, kind: bytes, data: bytes) -> None:
        """Keep what fits (a frame's head counts too), drop the rest."""
        fits = data[: max(0, self.room - 5)]
        if fits:
            self.room -= len(fits) + 5
            self.say(kind, fits)
        self.dropped += len(data) - len(fits)

    def flush(self) -> None:
        """Write what standard output takes now; a reader that is gone takes everything."""
        try:
            del self.waiting[: os.write(1, self.waiting)]
        except BlockingIOError:
            return
        except OSError:
            self.waiting.clear()

    def finish(self) -> None:
        """Wait until standard output has taken everything."""
        os.set_blocking(1, True)
        while self.waiting:
            self.flush()


class Call:
    """The command, its pipes and its end."""

    def __init__(self, journal: Journal, argv: list[str], timeout: float, stdin: int) -> None:
        self.journal = journal
        self.owed = stdin  # bytes of standard input that have not arrived yet
        self.input = bytearray()
        self.code: int | None = None
        self.wake, wake_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)  # it only wakes `select`
        signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
        self.begun = time.monotonic()
        self.deadline = self.begun + timeout
        self.oom = oom_kills()
        marks = (self.oom, time.time() * 1000, self.begun * 1000, timeout * 1000)
        journal.say(b"B", b"%d %d %d %d" % marks)
        journal.flush()
        self.sources: dict[int, bytes] = {}
        self.sink, self.pid = self.start(argv)

    def start(self, argv: list[str]) -> tuple[int, int]:
        """Spawn the command with pipes; (its standard input or -1, its pid or -1)."""
        out, child_out = os.pipe()
        err, child_err = os.pipe()
        if self.owed:
            child_in, sink = os.pipe()
            os.set_blocking(sink, False)
        else:
            child_in, sink = os.open("/dev/null", os.O_RDONLY), -1
        ends = (child_in, child_out, child_err)
        pid = self.spawn(argv, [(os.POSIX_SPAWN_DUP2, fd, n) for n, fd in enumerate(ends)])
        for fd in ends:
            os.close(fd)
        self.sources = {out: b"O", err: b"E"}
        return sink, pid

    def spawn(self, argv: list[str], wiring: list[tuple[int, int, int]]) -> int:
        restored = (signal.SIGPIPE, signal.SIGXFSZ)  # Python ignores them; programs count on them
        for _ in range(2):
            try:
                pid = os.posix_spawnp(
                    argv[0], argv, os.environ, file_actions=wiring, setsid=True, setsigdef=restored
                )
            except BlockingIOError:
                self.journal.say(b"E", FULL)
                end_others()
            except (OSError, ValueError) as error:
                self.code = 126 if isinstance(error, PermissionError) else 127  # as shells do
                self.journal.say(b"E", f"cannot run {argv[0]!r}: {error}\n".encode())
                return -1
            else:
                put(f"/proc/{pid}/oom_score_adj", b"1000")  # out of memory it goes before us
                return pid
        self.code = 126
        return -1

    def watch(self, drain: int, linger: float) -> str:
        """Move bytes until the command ends or must end; say why."""
        lingers = 0.0
        while True:
            now = time.monotonic()
            if now >= self.deadline:
                return "timeout"
            if self.journal.dropped > drain:
                return "output_limit"
            if self.code is not None:
                lingers = lingers or now + linger
                if not self.sources or now >= lingers:
                    return "oom" if oom_kills() > self.oom else "exit"
            self.move(min(self.deadline, lingers or self.deadline) - now)

    def move(self, patience: float) -> None:
        """One round of reading and writing whatever is ready."""
        readers = [*self.sources, self.wake, *([0] if self.owed else [])]
        writers = [*([1] if self.journal.waiting else []), *([self.sink] if self.input else [])]
        ready, open_sinks, _ = select.select(readers, writers, [], max(0.0, patience))
        for fd in ready:
            if fd in self.sources:
                self.take(fd)
        if 0 in ready:
            self.receive()
        if self.sink >= 0 and (self.sink in open_sinks or not (self.owed or self.input)):
            self.feed()
        if self.wake in ready:
            self.reap()
        self.journal.flush()

    def take(self, fd: int) -> None:
        data = os.read(fd, CHUNK)
        if data:
            self.journal.output(self.sources[fd], data)
        else:
            os.close(fd)
            del self.sources[fd]

    def receive(self) -> None:
        """Standard input arrives from the host; its length was announced."""
        data = os.read(0, min(CHUNK, self.owed))
        self.owed = self.owed - len(data) if data else 0
        self.input += data

    def feed(self) -> None:
        """Hand input on to the command and close its pipe after the last byte."""
        try:
            if self.input:
                del self.input[: os.write(self.sink, self.input)]
        except BlockingIOError:
            return
        except OSError:  # it closed its standard input; the rest is not wanted
            self.input.clear()
        if not self.input and not self.owed:
            os.close(self.sink)
            self.sink = -1

    def reap(self) -> None:
        os.read(self.wake, CHUNK)
        if self.code is None and self.pid > 0:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
                self.code = code if code >= 0 else 128 - code  # 137 for SIGKILL, as shells do


def main() -> None:
    """Supervise, then end with the command's exit status or that of ENDED."""
    with open("/proc/1/cmdline", "rb") as line:
        assert line.read().startswith(b"python3\0-I\0-S\0-c\0"), "kill(-1) would hit the host"
    path, timeout, stdin, keep, drain, linger = sys.argv[1:7]
    journal = Journal(open_record(path), int(keep))
    call = Call(journal, sys.argv[7:], float(timeout), int(stdin))
    why = call.watch(int(drain), float(linger))
    if why in ENDED:
        if why == "timeout":  # word for the calls that it ends too
            mark = os.path.join(os.path.dirname(os.path.dirname(path)), "timeout")
            put(mark, b"%d" % (time.monotonic() * 1000))
        end_others()
        call.code = None
    code = b"-" if call.code is None else b"%d" % call.code
    spent = (time.monotonic() - call.begun) * 1000
    while call.owed:  # input that nobody read: an engine that cannot deliver it ends late
        call.receive()
    journal.say(b"X", b"%s %s %d %d" % (code, why.encode(), spent, journal.dropped))
    journal.finish()
    os._exit(ENDED[why] if call.code is None else call.code)


if __name__ == "__main__":
    main()
