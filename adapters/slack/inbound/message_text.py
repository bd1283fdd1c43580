"""What somebody wrote, as plain text: Slack's own markup for links and mentions is undone.

"Formatting text for app surfaces": links, people and channels stand in angle brackets, and only
`&`, `<` and `>` are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from adapters.intake.names import calls_us
from adapters.ports.inbound import Attachment, To
from adapters.slack.inbound.unreadable import barred

_PART = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
_PERSON = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_OTHERS = re.compile(r"<(?:@[A-Z0-9]|!(?:subteam|here|channel|everyone))")
_MOST_FILES = 20
# "message" event, subtypes: these are somebody's words; the others tell of changes and programs.
_SAID = frozenset({"", "file_share", "me_message", "thread_broadcast"})
# Slack's own users. Slackbot answers keywords in anybody's thread, without a bot_id.
_SYSTEM = frozenset({"USLACKBOT", "USLACKUSER", "USLACK"})


def is_said(user: str, bot_id: str, subtype: str) -> bool:
    """Whether a message is the words of a person; "" for what Slack does not say of it."""
    return bool(user) and user not in _SYSTEM and not bot_id and subtype in _SAID


def mentioned(text: str) -> list[str]:
    """The people that a text names, each once, in order."""
    return list(dict.fromkeys(_PERSON.findall(text)))


def recipient(text: str, bot_user: str, said: str, bot_name: str) -> To:
    """Whom it names: us, whoever else it names too; only others, people or groups; or nobody.
    `said` is the text as people read it."""
    if bot_user in mentioned(text):
        return "bot"
    if calls_us(said, (bot_name,)):
        return "name"
    return "others" if _OTHERS.search(text) else "anyone"


def spoken(text: str, bot_user: str, names: Mapping[str, str]) -> str:
    """The words without our own mention; others are called by the names that are known."""

    def plain(found: re.Match[str]) -> str:
        sign, what, label = found[1], found[2], found[3] or ""
        if sign == "@":
            return "" if what == bot_user else f"@{names.get(what) or label or what}"
        if sign == "#":
            return f"#{label or what}"
        if sign == "!":
            return label or f"@{what.split('^')[0]}"
        return _link(what, label)

    return _unescaped(_PART.sub(plain, text)).strip()


def _link(target: str, label: str) -> str:
    """A label that only repeats the address says nothing."""
    bare = target.removeprefix("mailto:")
    if not label or label in bare:
        return bare
    return f"{label} ({bare})"


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def attachments(files: tuple[Mapping[str, Any], ...]) -> tuple[Attachment, ...]:
    """The files of a message; the surface fetches them by their id."""
    found = (_attachment(file) for file in files[:_MOST_FILES])
    return tuple(file for file in found if file is not None)


def _attachment(file: Mapping[str, Any]) -> Attachment | None:
    handle, name, size = file.get("id"), file.get("name") or file.get("title"), file.get("size")
    media_type = file.get("mimetype")
    if not isinstance(handle, str) or not handle:
        return None
    return Attachment(
        handle=handle,
        name=name if isinstance(name, str) else "file",
        size=size if isinstance(size, int) and size > 0 else 0,
        media_type=media_type if isinstance(media_type, str) else "application/octet-stream",
        barred=barred(file),
    )
