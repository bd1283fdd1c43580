"""How a message is known again by its card's key, by a process that never saw it.

Discord keeps no word of ours beside a message: the nonce comes back only at once, and a custom_id
needs a button, which most cards do not have. But each component has an `id`, a number of 32 bits
that the sender may choose and that stands in every copy of the message ("Component Reference",
Anatomy of a Component). So the first component of each message bears a number made from the key.
"""

from __future__ import annotations

import hashlib

from adapters.ports.cards import CardKey

_HIGH = 1 << 30  # above every number that Discord gives out by itself, and below 2**31


def mark(key: CardKey) -> int:
    """The id of the first component: 30 bits of the key's hash. A thread holds some hundred
    messages of ours: two of them share a mark less often than once in ten thousand threads."""
    return _HIGH | int.from_bytes(_hash(key)[:4]) >> 2


def nonce(channel: str, key: CardKey, gone: int | None = None) -> str:
    """At most 25 characters. For some minutes Discord answers a second post with the same nonce by
    the first message; `gone` is the id of the one that must not be taken for it."""
    return _hash(f"{channel}/{key}/{gone or ''}").hex()[:24]


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
