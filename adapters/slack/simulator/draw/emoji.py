"""Names of emoji, as far as people and agents use them here."""

from __future__ import annotations

import re

EMOJI = {
    "+1": "👍", "-1": "👎", "alarm_clock": "⏰", "arrow_right": "➡️", "bangbang": "‼️",
    "bell": "🔔", "book": "📖", "brain": "🧠", "bulb": "💡", "calendar": "📅",
    "chart_with_upwards_trend": "📈", "clipboard": "📋", "clock1": "🕐", "computer": "💻",
    "confused": "😕", "construction": "🚧", "double_vertical_bar": "⏸️", "envelope": "✉️",
    "eyes": "👀", "file_folder": "📁", "fire": "🔥", "gear": "⚙️", "globe_with_meridians": "🌐",
    "hammer_and_wrench": "🛠️", "heart": "❤️", "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳", "key": "🔑", "lock": "🔒", "mag": "🔍", "memo": "📝",
    "microscope": "🔬", "no_entry": "⛔", "octagonal_sign": "🛑", "package": "📦",
    "page_facing_up": "📄", "paperclip": "📎", "pause_button": "⏸️", "pencil": "✏️",
    "pencil2": "✏️", "question": "❓", "raised_hand": "✋", "raised_hands": "🙌",
    "repeat": "🔁", "robot_face": "🤖", "rocket": "🚀", "shield": "🛡️", "smile": "😄",
    "sparkles": "✨", "speech_balloon": "💬", "star": "⭐", "stopwatch": "⏱️", "tada": "🎉",
    "thinking_face": "🤔", "thought_balloon": "💭", "thumbsdown": "👎", "thumbsup": "👍",
    "unlock": "🔓", "warning": "⚠️", "wave": "👋", "white_check_mark": "✅", "wrench": "🔧",
    "x": "❌", "zap": "⚡",
}  # fmt: skip
REACTIONS = ("+1", "eyes", "white_check_mark", "tada", "heart", "thinking_face")
"""What the page offers."""
_NAME = re.compile(r":([a-z0-9_+-]+)(?:::skin-tone-\d)?:")


def emoji(name: str) -> str:
    return EMOJI.get(name.partition("::")[0], f":{name}:")


def with_emoji(text: str) -> str:
    """Names that are not known stay as they are."""
    return _NAME.sub(lambda match: EMOJI.get(match[1], match[0]), text)
