"""Emoji as drawings of our own: the platforms ship theirs too, and not every machine has a font.

The drawings stand in static/emoji.svg, which a page has inside of it.
"""

from __future__ import annotations

import re

from adapters.web.render.tags import Html, el, join, span

DRAWN = {
    "✅": ("done", "check mark"), "✔": ("done", "check mark"), "☑": ("done", "check mark"),
    "❌": ("x", "cross mark"), "✖": ("x", "cross mark"), "✗": ("x", "cross mark"),
    "⚠": ("warning", "warning"),
    "\u2139": ("note", "information"), "⏳": ("wait", "hourglass"), "⌛": ("wait", "hourglass"),
    "⏰": ("clock", "alarm clock"), "🕐": ("clock", "clock"), "⏱": ("clock", "stopwatch"),
    "⏹": ("halt", "stop button"), "⏸": ("pause", "pause button"), "▶": ("go", "play button"),
    "⬜": ("open", "empty square"), "▫": ("small", "small square"), "🛑": ("stop", "stop sign"),
    "⛔": ("stop", "no entry"), "✋": ("hand", "raised hand"), "👍": ("up", "thumbs up"),
    "👎": ("down", "thumbs down"), "👀": ("eyes", "eyes"), "👋": ("hand", "waving hand"),
    "🎉": ("tada", "party popper"), "❤": ("heart", "heart"), "🤔": ("think", "thinking face"),
    "😄": ("smile", "smiling face"), "🙂": ("smile", "smiling face"),
    "😀": ("smile", "smiling face"), "😊": ("smile", "smiling face"),
    "🚀": ("rocket", "rocket"), "⭐": ("star", "star"), "✨": ("sparkles", "sparkles"),
    "🔥": ("fire", "fire"), "🔒": ("lock", "lock"), "🔍": ("search", "magnifying glass"),
    "🌐": ("globe", "globe"), "📎": ("clip", "paperclip"), "❓": ("ask", "question mark"),
    "💬": ("talk", "speech balloon"), "💭": ("thought", "thought balloon"),
    "🔧": ("tools", "wrench"), "🛠": ("tools", "tools"), "💡": ("bulb", "light bulb"),
    "📄": ("page", "page"), "📝": ("page", "memo"),
}  # fmt: skip
"""The drawing and the spoken name of each; a variation selector behind it belongs to it."""
_FOUND = re.compile(f"({'|'.join(DRAWN)})\ufe0f?")
# Values of attributes stand in double quotes, and none is inside: `el` and nh3 escape it.
_TAG = re.compile(r'(<(?:[^<>"]|"[^"]*")*>)')


def drawn(text: str) -> Html:
    """Text is escaped; of Html the tags stay as they are."""
    if not _FOUND.search(text):
        return join([text])
    parts = _TAG.split(join([text]))
    return Html("".join(part if place % 2 else _words(part) for place, part in enumerate(parts)))


def spoken(emoji: str) -> str:
    """Its name, or itself where it is not known."""
    return DRAWN.get(emoji.rstrip("\ufe0f"), ("", emoji))[1]


def _words(part: str) -> str:
    return _FOUND.sub(lambda found: _emoji(found[0], *DRAWN[found[1]]), part)


def _emoji(text: str, drawing: str, name: str) -> Html:
    """The character stays in it, unseen: who copies the text, or changes it, has it."""
    picture = el("svg", {"aria-hidden": "true"}, el("use", {"href": f"#e-{drawing}"}))
    marks: dict[str, str | int | bool | None] = {
        "class": "emoji", "role": "img", "aria-label": name,
    }  # fmt: skip
    return el("span", marks, picture, span("", text))
