"""What the doctor looks at, one function each. None of them raises for what it may find."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from runtime.clock import SystemClock
from runtime.data_folder import closed, open_to_others
from runtime.errors import AetherError, DatabaseBusy, JournalUnavailable, SandboxError
from runtime.ids import CallId, SessionId
from runtime.journal import FileArtifacts, SqlJournal, exclusive, soundness
from runtime.models.probe import probe
from runtime.ports import Command, Exited, Model, Output, Sandbox, SandboxSpec
from runtime.ports.findings import Finding, bad, fatal, good, poor

OLDEST = (3, 11)
ROOMS = ("bot", "runtime", "adapters", "sandbox", "config")
HELLO = "Hello from the sandbox"
_ROOM_ON_DISK = 500 * 1024 * 1024  # bytes; below this, SQLite and workspaces soon fail


def python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> Finding:
    text = ".".join(map(str, version))
    if version >= OLDEST:
        return good("Python", text)
    return fatal("Python", f"{text} is too old", "Install Python 3.11 or newer and run `make up`.")


def packages(root: Path, rooms: Iterable[str] = ROOMS) -> Finding:
    """Whether each room of the service is imported from here, not from a package of the same
    name."""
    ours = [room for room in rooms if (root / room).is_dir()]
    strange = {room: place for room in ours if (place := _imported_from(room)) != root / room}
    if not strange:
        return good("Packages", f"{', '.join(ours)} from {root}")
    found = "; ".join(f"{room} comes from {place}" for room, place in strange.items())
    remedy = "Start Aether in its own folder and virtual environment, without PYTHONPATH."
    return fatal("Packages", f"shadowed: {found}", remedy)


def _imported_from(room: str) -> Path | None:
    spec = importlib.util.find_spec(room)
    places = list(spec.submodule_search_locations or ()) if spec else []
    if places:
        return Path(places[0]).resolve()
    return Path(spec.origin) if spec and spec.origin else None


def data_folder(folder: Path) -> Finding:
    try:
        closed(folder)
        with tempfile.NamedTemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except JournalUnavailable as error:
        return fatal("Data folder", str(error))
    except OSError as error:
        why = (error.strerror or "cannot be written").lower()
        remedy = "Let this user write it, or move it with AETHER_DATA_DIR."
        return fatal("Data folder", f"{folder}: {why}", remedy)
    if free < _ROOM_ON_DISK:
        left = f"{free // 2**20} MiB are free on its disk"
        return poor("Data folder", f"{folder}: {left}", "Free some space before it is full.")
    if open_to_others(folder):
        remedy = f"As its owner: chmod 700 {folder}"
        return poor("Data folder", f"{folder}: other accounts may look into it", remedy)
    return good("Data folder", str(folder))


async def database(url: str, place: str, data_dir: Path) -> Finding:
    """Opens and migrates it, and says who serves it."""

    async def nobody(session: SessionId, tx: object | None = None) -> None: ...

    opening = SqlJournal.open(
        url,
        clock=SystemClock(),
        artifacts=FileArtifacts(data_dir / "artifacts"),
        wake=nobody,
        published=lambda _, __: None,
        check=soundness.THOROUGH,
    )
    try:
        async with opening as journal:
            some = await journal.sessions(1)
        holder = await _holder(url)
    except AetherError as error:
        return fatal("Database", str(error), "Correct database.url, or what the message names.")
    return good("Database", f"{place}, {'in use' if some else 'empty'}; {holder}")


async def _holder(url: str) -> str:
    try:
        async with exclusive(url):
            return "nobody serves it now"
    except DatabaseBusy as busy:
        return str(busy).split(": ")[0]


async def container(sandbox: Sandbox) -> Finding:
    """Runs a program in a real container, and says what the engine says about its walls."""
    box = SessionId("doctor")
    try:
        walls = await sandbox.prepare(box, SandboxSpec())
        began = time.monotonic()
        said = await _hello(sandbox, box)
        took = time.monotonic() - began
        await sandbox.remove(box)
    except SandboxError as error:
        return poor("Sandbox", str(error), "Until then commands and files are refused.")
    if said != HELLO:
        return poor("Sandbox", f"a program ran and said {said[:200]!r}", "Run `make image`.")
    return good("Sandbox", f"{walls.isolation}; a program ran in {took:.1f} s")


async def _hello(sandbox: Sandbox, box: SessionId) -> str:
    said = ""
    command = Command(("echo", HELLO), timeout=20)
    async for item in sandbox.run(box, CallId(f"doctor.{time.time_ns()}"), command):
        match item:
            case Output(text=text):
                said += text
            case Exited(code=code, why=why):
                said = said.strip() if code == 0 else f"{said} ({why}, exit code {code})"
    return said


async def model(model: Model, why: str) -> Finding:
    """Asks it for one tool call."""
    verdict = await probe(model)
    if verdict.fit:
        short = "demo model" if model.name == "demo" else model.name
        return good("Model", f"{why} {verdict.text}", short)
    return bad("Model", f"{why} {verdict.text}", "Correct the key or address, or set AETHER_MODEL.")
