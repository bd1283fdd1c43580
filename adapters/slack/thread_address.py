"""Addresses of threads in Slack."""

from __future__ import annotations

import re

from runtime.ids import Address

PLATFORM = "slack"
_KEPT = re.compile(r"at/([A-Z0-9]{1,64})/([0-9]{1,16}\.[0-9]{1,9})/[0-9]{1,4}", re.ASCII)


def thread(team: str, channel: str, root: str) -> Address:
    """A thread is named by the time stamp of its first message."""
    return Address(platform=PLATFORM, team=team, channel=channel, thread=root)


def block_id(address: Address, place: int) -> str:
    """For blocks that stand outside of their thread, as on the home tab: says where it is.
    `place` tells the blocks of one view apart."""
    return f"at/{address.channel}/{address.thread}/{place}"


def named_by(team: str, block: str) -> Address | None:
    """The thread that a block id names; None for everything else."""
    found = _KEPT.fullmatch(block)
    return thread(team, found[1], found[2]) if found else None
