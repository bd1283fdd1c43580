"""Words as they compare: what only differs in case, accents, width, punctuation, emoji or invisible
characters is the same."""

from __future__ import annotations

import re
from unicodedata import category, combining, normalize

_SIGN = re.compile(r"(?:<a?)?:([a-z0-9_+-]+):(?:\d+>)?", re.ASCII)
_SIGNS = {
    "stop": "🛑 ⏹ ✋ 🤚 🖐 🚫 ⛔",
    "pause": "⏸",
    "resume": "▶ ⏯",
}
"""Emoji that say something by themselves; others only decorate."""
_CODES = {
    "stop": "octagonal_sign stop_sign hand raised_hand no_entry no_entry_sign stop_button "
    "black_square_for_stop raised_back_of_hand raised_hand_with_fingers_splayed",
    "pause": "double_vertical_bar pause_button",
    "resume": "arrow_forward play_button",
}
"""The same as chats write them in text, between colons."""
_SPEAKS = {sign: f" {word} " for word, signs in _SIGNS.items() for sign in signs.split()}
_CALLED = {code: f" {word} " for word, codes in _CODES.items() for code in codes.split()}
# Letters that Unicode does not take apart, though people type the plain one.
_BARE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "\u0131": "i", "æ": "ae", "œ": "oe", "ـ": ""})
_OWN_SIGN = 10  # combining class from which a mark is an accent or a point, which people leave out


def plain(text: str) -> str:
    """Words with one space between them; "" if there is nothing to be spoken. Apply it to both
    sides of a comparison."""
    text = _SIGN.sub(lambda sign: _CALLED.get(sign[1], " "), text.casefold())
    text = "".join(_SPEAKS.get(mark, mark) for mark in text)
    apart = normalize("NFKD", text).casefold().translate(_BARE)
    return " ".join("".join(map(_kept, apart)).split())


def _kept(mark: str) -> str:
    """Letters and digits stay, apostrophes and what is invisible join, all else parts."""
    kind = category(mark)
    if kind[0] in "LN":
        return mark
    if kind in ("Mn", "Mc"):
        is_spoken = combining(mark) < _OWN_SIGN and not "\ufe00" <= mark <= "\ufe0f"
        return mark if is_spoken else ""
    return "" if kind in ("Cf", "Me") or mark in "'\u2019`\u00b4" else " "
