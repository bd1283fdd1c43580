"""Files whose content belongs to what people approve, as they stood when a call was judged."""

from __future__ import annotations

import hashlib

from runtime.ids import Value

_DIGITS = 12  # of a hash, for people


class FileSeen(Value):
    """A file of the workspace at one time: `sha256` of its bytes, and the beginning of its text, or
    "" where it is none. `unknown` says why nobody could look at it; then there is no hash."""

    path: str
    size: int
    sha256: str
    excerpt: str = ""
    unknown: str = ""


def content(files: tuple[FileSeen, ...]) -> str:
    """One hash over what all of them hold; "" for none."""
    held = "".join(f"{file.path}\0{file.sha256 or file.unknown}\n" for file in files)
    return hashlib.sha256(held.encode()).hexdigest() if held else ""


def described(file: FileSeen) -> str:
    """Size, hash and beginning of a file, as lines for people."""
    lines = [f"{file.path!r}: {file.size:,} bytes, sha256 {file.sha256[:_DIGITS]}"]
    lines += [f"| {line}" for line in file.excerpt.splitlines()] or ["(its content is not shown)"]
    return "\n".join(lines)


def run_files(files: tuple[FileSeen, ...]) -> str:
    """The files that a call runs, as lines for people."""
    return "\n".join(map(_run, files))


def _run(file: FileSeen) -> str:
    if file.unknown:
        return f"may run {file.path!r}: {file.unknown}"
    return f"runs {described(file)}"
