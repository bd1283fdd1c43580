"""How long a live stream will probably go on."""

from __future__ import annotations

_AGES = 0.05  # of its own age is taken off: streams of 14 s are among those of 20 s, but few
_LATE = 1.2  # times the usual length: what is older is of a longer kind
_GROWS = 2.0  # seconds that a late stream is believed to go on longer for each that it does


def expected_rest(age: float, usual: float, window: float) -> float:
    """Seconds that a stream of this age has left, where streams usually last `usual` seconds.

    Nobody knows that a stream ends now, so most of the usual time always remains. What outlives it
    is of a longer kind, the older the longer, until it is paced for ever, by the window. The three
    figures were chosen by simulation (tests/bench/pacing.py): short and long runs meet their bars.
    """
    late = usual * _LATE
    rest = usual - min(age, late) * _AGES + max(0.0, age - late) * _GROWS
    return min(rest, max(window, usual))
