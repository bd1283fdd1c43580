"""The name under which a file of the sandbox is shown to people."""

from __future__ import annotations

import unicodedata

LONGEST = 100
"""Characters; platforms take more, screens do not."""

_FORBIDDEN = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))


def file_name(path: str, title: str = "") -> str:
    """A plain file name: no folders, no control or direction-changing characters, nothing that
    some system forbids. A title replaces the stem; the real suffix always stays last."""
    name = _plain(path.rpartition("/")[2])
    stem, dot, suffix = name.rpartition(".")
    suffix = f".{suffix}" if dot and stem and 0 < len(suffix) <= 10 else ""
    stem = name.removesuffix(suffix)
    if title:
        stem = _plain(title).removesuffix(suffix) or stem
    return (stem[: LONGEST - len(suffix)].rstrip(". ") or "file") + suffix


def _plain(text: str) -> str:
    visible = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", text)
        if char.isspace() or not unicodedata.category(char).startswith("C")
    )
    return " ".join(visible.translate(_FORBIDDEN).split()).rstrip(". ")
