"""Where things of the server stand in the aiohttp application."""

from __future__ import annotations

import asyncio

from aiohttp import web

from adapters.web.access import Access
from adapters.web.crowd import Crowd
from adapters.web.door import Door
from adapters.web.lockout import Lockout
from adapters.web.metrics import Metrics
from adapters.web.rates import Rates
from adapters.web.stages import Stages
from adapters.web.summaries import Summaries

DOOR: web.AppKey[Door] = web.AppKey("door", Door)
ACCESS: web.AppKey[Access] = web.AppKey("access", Access)
CROWD: web.AppKey[Crowd] = web.AppKey("crowd", Crowd)
LOCKOUT: web.AppKey[Lockout] = web.AppKey("lockout", Lockout)
METRICS: web.AppKey[Metrics] = web.AppKey("metrics", Metrics)
RATES: web.AppKey[Rates] = web.AppKey("rates", Rates)
STAGES: web.AppKey[Stages] = web.AppKey("stages", Stages)
SUMMARIES: web.AppKey[Summaries] = web.AppKey("summaries", Summaries)
UPLOADS: web.AppKey[asyncio.Semaphore] = web.AppKey("uploads", asyncio.Semaphore)
