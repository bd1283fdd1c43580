"""Names of emoji, as far as people and agents use them here."""

from __future__ import annotations

import re
from unicodedata import category, lookup

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


MORE = frozenset(
    [
        "100",
        "beers",
        "bug",
        "clap",
        "cold_sweat",
        "cry",
        "dancer",
        "disappointed",
        "exclamation",
        "facepalm",
        "gift",
        "grin",
        "grinning",
        "handshake",
        "heart_eyes",
        "heavy_check_mark",
        "heavy_plus_sign",
        "information_source",
        "joy",
        "laughing",
        "man-shrugging",
        "muscle",
        "neutral_face",
        "no_good",
        "ok",
        "ok_hand",
        "open_mouth",
        "partying_face",
        "pizza",
        "point_down",
        "point_left",
        "point_right",
        "point_up",
        "pray",
        "pushpin",
        "rage",
        "rotating_light",
        "rolling_on_the_floor_laughing",
        "sad",
        "scream",
        "seedling",
        "skull",
        "slightly_smiling_face",
        "smiley",
        "sob",
        "sos",
        "sunglasses",
        "sweat_smile",
        "trophy",
        "upside_down_face",
        "v",
        "white_circle",
        "wink",
        "woman-shrugging",
        "yum",
    ]
)
"""Names that Slack takes and this page draws as words."""


def is_emoji(name: str) -> bool:
    """Whether Slack has one of this name, as far as it is known here; Unicode's own names count."""
    plain = name.partition("::")[0]
    if plain in EMOJI or plain in MORE:
        return True
    try:
        return category(lookup(plain.replace("_", " "))) == "So"
    except KeyError:
        return False


def emoji(name: str) -> str:
    return EMOJI.get(name.partition("::")[0], f":{name}:")


def with_emoji(text: str) -> str:
    """Names that are not known stay as they are."""
    return _NAME.sub(lambda match: EMOJI.get(match[1], match[0]), text)
