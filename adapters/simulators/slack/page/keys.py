"""What the page's application carries."""

from __future__ import annotations

from aiohttp import web

from adapters.simulators.slack.simulator import Simulator
from adapters.web.access import Access

SIM = web.AppKey("sim", Simulator)
ACCESS = web.AppKey("access", Access)
ERRORS = web.AppKey("errors", dict[str, dict[str, str]])
"""Complaints about a form, by view and block."""
TABS = web.AppKey("tabs", set[web.WebSocketResponse])
