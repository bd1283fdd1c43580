"""The zygote of children whose thread is kept on a board."""

from __future__ import annotations

import crash_zygote
from crash_web_child import live

if __name__ == "__main__":
    crash_zygote.live = live  # the one thing in which its children differ
    crash_zygote.main()
