"""Where things of the server stand in the aiohttp application."""

from __future__ import annotations

import asyncio

from aiohttp import web

from adapters.web.access import Access
from adapters.web.connections import Connections
from adapters.web.context import WebContext
from adapters.web.live_view import LiveViews
from adapters.web.lockout import Lockout
from adapters.web.metrics import Metrics
from adapters.web.rate_limits import Rates
from adapters.web.summaries import Summaries

CONTEXT: web.AppKey[WebContext] = web.AppKey("door", WebContext)
ACCESS: web.AppKey[Access] = web.AppKey("access", Access)
CONNECTIONS: web.AppKey[Connections] = web.AppKey("crowd", Connections)
LOCKOUT: web.AppKey[Lockout] = web.AppKey("lockout", Lockout)
METRICS: web.AppKey[Metrics] = web.AppKey("metrics", Metrics)
RATES: web.AppKey[Rates] = web.AppKey("rates", Rates)
LIVE_VIEWS: web.AppKey[LiveViews] = web.AppKey("stages", LiveViews)
SUMMARIES: web.AppKey[Summaries] = web.AppKey("summaries", Summaries)
UPLOADS: web.AppKey[asyncio.Semaphore] = web.AppKey("uploads", asyncio.Semaphore)
