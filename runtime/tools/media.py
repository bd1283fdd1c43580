"""Which type a file probably has, from its name; and whether its bytes are text."""

from __future__ import annotations

import codecs
import mimetypes

UNKNOWN = "application/octet-stream"

_TYPES = mimetypes.MimeTypes()  # Python's own table: the machine's does not count
_MORE = {".md": "text/markdown", ".yaml": "text/yaml", ".yml": "text/yaml", ".toml": "text/plain"}
for _suffix, _type in _MORE.items():
    _TYPES.add_type(_type, _suffix)


def media_type(path: str) -> str:
    """A guess; whoever serves the file must not trust it."""
    guess, packed = _TYPES.guess_type(path.replace(":", "_"))  # no URL, whatever it looks like
    return f"application/{packed}" if packed else guess or UNKNOWN


def as_text(data: bytes, *, whole: bool) -> str | None:
    """Strict UTF-8 without NUL, else None. If the data is not the whole file, a last character
    that is cut off is left out."""
    if b"\0" in data:
        return None
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data, final=whole)
    except UnicodeDecodeError:
        return None
