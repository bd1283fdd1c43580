"""How long a live stream will probably go on."""

from __future__ import annotations

_AT_THE_END = 0.7  # of the usual length, when that is over: streams of 14 s among those of 20 s


def expected_rest(age: float, usual: float, window: float) -> float:
    """Seconds that a stream of this age has left, where streams usually last `usual` seconds.

    Nobody knows that a stream ends now, so a part of the usual time always remains. What outlives
    it is of a longer kind, the older the longer, until it is paced for ever, by the window.
    """
    if age <= usual:
        rest = usual - age * (1.0 - _AT_THE_END)
    else:
        rest = usual * _AT_THE_END + (age - usual)
    return min(rest, max(window, usual))
