"""A sandbox without containers: scripted commands, files in memory or in a folder."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, MutableMapping
from dataclasses import asdict, dataclass
from typing import Any

from runtime.errors import CallGone, NotThere, SandboxUnavailable, ToolError, UnsafePath
from runtime.ids import CallId, SessionId
from runtime.ports import (
    Command,
    Exited,
    FileBytes,
    FileEntry,
    Listing,
    Output,
    Prepared,
    SandboxSpec,
)
from runtime.tools.paths import ROOT, in_workspace

WRITE_CAP = 10 << 20

Reply = Callable[[Command], list[Output | Exited]]


@dataclass(frozen=True, slots=True)
class Script:
    """What a command does: `reply` gives its output and its end. With `until` the call runs until
    the event is set; its output comes before."""

    matches: Callable[[tuple[str, ...]], bool]
    reply: Reply
    until: asyncio.Event | None


class FakeSandbox:
    """ports.Sandbox for tests. Everything it knows lives in `shelf`: a dict, or a
    `runtime.testing.shelf.Shelf` that outlives the process, so that a new process attaches to the
    calls of a killed one. A script's effect happens, and is counted, when its call begins.

    Set `unavailable` to a sentence and every verb raises it.
    """

    def __init__(
        self, shelf: MutableMapping[str, bytes] | None = None, isolation: str = "fake, no network"
    ) -> None:
        self.unavailable = ""
        self.isolation = isolation
        self.container = "fake"
        self.sizes: dict[SessionId, SandboxSpec] = {}  # as they were prepared
        self._shelf: MutableMapping[str, bytes] = {} if shelf is None else shelf
        self._scripts: list[Script] = []
        self._stops: dict[SessionId, asyncio.Event] = {}
        self._made: dict[SessionId, None] = {}
        self.most = 0
        """The most containers that there ever were at once."""

    # --- what tests say and see ---

    def on(
        self,
        matches: Callable[[tuple[str, ...]], bool],
        *items: Output | Exited,
        until: asyncio.Event | None = None,
    ) -> None:
        """Commands whose argv matches write these and end; the newest script wins. Without an
        `Exited` they end with code 0."""
        end = () if items and isinstance(items[-1], Exited) else (Exited(0, "exit", 0.0),)
        self.answer(matches, lambda _: [*items, *end], until=until)

    def answer(
        self,
        matches: Callable[[tuple[str, ...]], bool],
        reply: Reply,
        until: asyncio.Event | None = None,
    ) -> None:
        """As `on`, with a function of the whole command; its last item is an `Exited`."""
        self._scripts.insert(0, Script(matches, reply, until))

    @property
    def effects(self) -> dict[str, int]:
        """What was really done and how often: "run <call id>", "write <box> <path>"."""
        prefix = "effect "
        return {
            key.removeprefix(prefix): int(value)
            for key, value in sorted(self._shelf.items())
            if key.startswith(prefix)
        }

    def files(self, box: SessionId) -> dict[str, bytes]:
        """The workspace by path, sorted."""
        prefix = f"file {box} "
        return {
            key.removeprefix(prefix): data
            for key, data in sorted(self._shelf.items())
            if key.startswith(prefix)
        }

    def put(self, box: SessionId, path: str, data: bytes) -> None:
        """A file that stands in the workspace already; no effect is counted."""
        self._shelf[f"file {box} {path}"] = data

    # --- the port ---

    async def prepare(self, box: SessionId, spec: SandboxSpec) -> Prepared:
        self._check()
        self.sizes[box] = spec
        self._made[box] = None
        self.most = max(self.most, len(self._made))
        return Prepared(self.container, self.isolation)

    async def run(
        self, box: SessionId, call: CallId, command: Command
    ) -> AsyncGenerator[Output | Exited, None]:
        self._check()
        script = self._script(command.argv)
        items = script.reply(command)
        self._stops[box] = asyncio.Event()
        self._shelf[f"call {box} {call}"] = _record(command, items)
        self._count(f"run {call}")
        async for item in self._play(box, call, items, script):
            yield item

    async def attach(self, box: SessionId, call: CallId) -> AsyncGenerator[Output | Exited, None]:
        """From a new process too: the script is found again by the argv on record."""
        self._check()
        record = self._shelf.get(f"call {box} {call}")
        if record is None:
            raise CallGone(f"the container that ran {call} is gone")
        argv, items = _recorded(record)
        async for item in self._play(box, call, items, self._script(argv)):
            yield item

    async def boxes(self) -> list[SessionId]:
        return list(self._made)

    async def stop(self, box: SessionId) -> None:
        self._check()
        self._stops.setdefault(box, asyncio.Event()).set()

    async def remove(self, box: SessionId) -> None:
        """Calls that still run are stopped; later `attach` finds nothing."""
        await self.stop(box)
        self._made.pop(box, None)
        for key in [key for key in self._shelf if key.startswith(f"call {box} ")]:
            del self._shelf[key]

    async def read(self, box: SessionId, path: str, limit: int) -> FileBytes:
        self._check()
        data = self._shelf.get(f"file {box} {in_workspace(path)}")
        if data is None:
            raise NotThere(f"{path!r} does not exist in the workspace")
        return FileBytes(data[:limit], len(data))

    async def write(self, box: SessionId, path: str, data: bytes) -> None:
        self._check()
        inner = in_workspace(path)
        if inner == ROOT:
            raise UnsafePath(f"{path!r} is the workspace itself: name a file in it")
        if len(data) > WRITE_CAP:
            raise ToolError(f"{path!r}: {len(data):,} bytes are more than {WRITE_CAP:,}")
        self._shelf[f"file {box} {inner}"] = data
        self._count(f"write {box} {inner}")

    async def list(self, box: SessionId, path: str, limit: int) -> Listing:
        self._check()
        entries = _tree(self.files(box))
        inner = in_workspace(path)
        if inner != ROOT:
            if FileEntry(inner, 0, "dir") not in entries:
                raise ToolError(f"{path!r} is no folder of the workspace")
            entries = tuple(entry for entry in entries if entry.path.startswith(f"{inner}/"))
        more = f"only the first {limit:,}" if len(entries) > limit else ""
        return Listing(entries[:limit], more)

    def _check(self) -> None:
        if self.unavailable:
            raise SandboxUnavailable(self.unavailable)

    def _script(self, argv: tuple[str, ...]) -> Script:
        for script in self._scripts:
            if script.matches(argv):
                return script
        raise LookupError(f"no script for {argv}: say what it does with FakeSandbox.on")

    def _count(self, effect: str) -> None:
        key = f"effect {effect}"
        self._shelf[key] = str(int(self._shelf.get(key, b"0")) + 1).encode()

    async def _play(
        self, box: SessionId, call: CallId, items: list[Output | Exited], script: Script
    ) -> AsyncGenerator[Output | Exited, None]:
        for item in items[:-1]:
            yield item
        if script.until is not None and await self._stopped(box, script.until):
            yield Exited(None, "stopped", 0.0)
            return
        yield items[-1]

    async def _stopped(self, box: SessionId, until: asyncio.Event) -> bool:
        """Wait for the event or for `stop`; whether it was `stop` alone."""
        stop = self._stops.setdefault(box, asyncio.Event())
        waits = [asyncio.ensure_future(event.wait()) for event in (until, stop)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return not until.is_set()


def _record(command: Command, items: list[Output | Exited]) -> bytes:
    record = {"argv": command.argv, "items": [asdict(item) for item in items]}
    return json.dumps(record).encode()


def _recorded(record: bytes) -> tuple[tuple[str, ...], list[Output | Exited]]:
    known: dict[str, Any] = json.loads(record)
    return tuple(known["argv"]), [_item(item) for item in known["items"]]


def _item(item: dict[str, Any]) -> Output | Exited:
    if "text" in item:
        return Output(**item)
    changed, notes = (tuple(map(str, item.pop(name))) for name in ("changed", "notes"))
    return Exited(**item, changed=changed, notes=notes)


def _tree(files: dict[str, bytes]) -> tuple[FileEntry, ...]:
    """Files and the folders above them, depth first, names sorted."""
    entries = {path: FileEntry(path, len(data), "file") for path, data in files.items()}
    for path in files:
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            entries.setdefault(folder, FileEntry(folder, 0, "dir"))
    return tuple(entries[path] for path in sorted(entries, key=lambda path: path.split("/")))
