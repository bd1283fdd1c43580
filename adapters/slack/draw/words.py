"""Foreign text that is fit to stand in a message: it hides nothing and calls nobody."""

from __future__ import annotations

import re

from adapters.excerpt import head

_SEQUENCES = re.compile(
    r"\x1b[\]PX^_].*?(?:\x07|\x1b\\|\x9c|$)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?",
    re.MULTILINE,
)
_OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n|$)", re.MULTILINE)
# C0 and C1 controls, line separators, marks that reorder what follows, lone surrogates.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ud800-\udfff\U000e0000-\U000e0fff]"
)
# "Formatting text for app surfaces": what Slack reads as a call in its own markup, and by its name.
_CALLS = re.compile(r"<(?=@[A-Z0-9]|#[A-Z0-9]|!(?:here|channel|everyone|group|subteam|date))")
_NAMES = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_JOINER = "\u2060"  # has no width, and parts what would be read together
FALLBACK = 4_000  # characters; chat.update refuses more ("msg_too_long")


def clean(text: str) -> str:
    """Line breaks and tabs are the only control characters left."""
    text = _SEQUENCES.sub("", text).replace("\r\n", "\n")
    return _CONTROLS.sub("", _OVERWRITTEN.sub("", text))


def line(text: str, size: int) -> str:
    """On one line, with at most `size` characters; never empty, which Slack would refuse."""
    return head(" ".join(clean(text).split()), size) or "…"


def revealed(text: str) -> str:
    """What people approve is what they see: hidden characters are written out."""
    return _HIDDEN.sub(lambda found: repr(found[0])[1:-1], text.replace("\r\n", "\n"))


def tamed(markdown: str) -> str:
    """Markdown that mentions nobody. Code stays as it is but for mentions: they may count there."""
    text = _CALLS.sub(f"<{_JOINER}", clean(markdown))
    return _NAMES.sub(f"@{_JOINER}", text)


def fallback(text: str) -> str:
    """For notifications and screen readers: as mrkdwn it has nothing but characters."""
    plain = _NAMES.sub(f"@{_JOINER}", clean(text))
    found = _escaped(head(plain, FALLBACK))
    # An escape has up to five characters.
    return found if len(found) <= FALLBACK else _escaped(head(plain, FALLBACK // 5))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def lasted(seconds: float) -> str:
    if seconds < 10:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
