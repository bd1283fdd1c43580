"""What is wrong with the settings, as one line."""

from __future__ import annotations


class BadSettings(Exception):
    """Ends the start. `str()` is one line: the file or variable, the key, and the remedy. It never
    holds the value of a secret."""
