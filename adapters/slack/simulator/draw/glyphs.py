"""Emoji as pictures of our own: Slack ships its own too, and not every machine has a font."""

from __future__ import annotations

import re

from adapters.web.draw.tags import Child, Html, el, join

DRAWN = {
    "✅": "done", "✔": "done", "☑": "done", "❌": "x", "✖": "x", "⚠": "warning",
    "⏳": "wait", "⌛": "wait", "✋": "hand", "👍": "up", "👎": "down", "🎉": "tada",
    "❤": "heart", "🤔": "think", "🔒": "lock", "🌐": "globe", "🛑": "stop", "⛔": "stop",
    "⏰": "clock", "🕐": "clock", "⏱": "clock", "⏹": "halt", "▶": "go", "📎": "clip",
    "❓": "ask", "💬": "talk", "🔧": "tools", "🛠": "tools", "⏸": "pause", "💡": "bulb",
    "📄": "page", "📝": "page", "👀": "eyes",
}  # fmt: skip
_FOUND = re.compile(f"({'|'.join(DRAWN)})\ufe0f?")


def glyphs(text: str) -> Html:
    """The text, escaped, with its emoji drawn."""
    parts: list[Child] = []
    end = 0
    for match in _FOUND.finditer(text):
        parts += [text[end : match.start()], _drawn(match[1])]
        end = match.end()
    return join([*parts, text[end:]])


def _drawn(char: str) -> Html:
    use = el("use", {"href": f"#e-{DRAWN[char]}"})
    return el("svg", {"class": "emoji", "role": "img", "aria-label": char}, use)
