"""HTTP that takes its time: every request and every answer is half of the latency on its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

_OWN = {"host", "content-length", "transfer-encoding", "connection", "content-encoding"}
_LARGEST = 64 << 20


@asynccontextmanager
async def slow_proxy(target: str, latency: float) -> AsyncGenerator[str]:
    """The address in front of `target`; `latency` in seconds there and back."""

    async def forward(request: web.Request) -> web.Response:
        body = await request.read()
        await asyncio.sleep(latency / 2)
        async with http.request(
            request.method, f"{target}{request.path_qs}", data=body, headers=_kept(request.headers)
        ) as answer:
            data = await answer.read()
        await asyncio.sleep(latency / 2)
        return web.Response(status=answer.status, body=data, headers=_kept(answer.headers))

    app = web.Application(client_max_size=_LARGEST)
    app.router.add_route("*", "/{path:.*}", forward)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as http:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _OWN}
