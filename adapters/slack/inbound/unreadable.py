"""Files that Slack names and does not give out ("File object": `mode`, `file_access`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MODES = {
    "external": "it is kept outside Slack ({where}): export it and attach the file itself",
    "tombstone": "it was deleted",
    "hidden_by_limit": "Slack hides it: the workspace is over the limit of its plan",
    "quip": "it is a document that only Slack opens: export it and attach the file",
    "canvas": "it is a canvas, which only Slack opens: paste its text",
    "list": "it is a list, which only Slack opens: export it and attach the file",
    "email": "it is an e-mail that only Slack opens: paste its text",
}
_ACCESS = {
    "access_denied": "Slack does not let the bot read it: share it in this channel",
    "file_not_found": "Slack does not find it",
}
_SERVICES = {
    "gdrive": "Google Drive",
    "dropbox": "Dropbox",
    "box": "Box",
    "onedrive": "OneDrive",
    "gsuite": "Google Drive",
}


def barred(file: Mapping[str, Any]) -> str:
    """Why it cannot be fetched, as a clause; "" where it may be."""
    mode = "external" if file.get("is_external") is True else str(file.get("mode") or "")
    why = _MODES.get(mode) or _ACCESS.get(str(file.get("file_access") or ""), "")
    return why.format(where=_SERVICES.get(str(file.get("external_type")), "another service"))
