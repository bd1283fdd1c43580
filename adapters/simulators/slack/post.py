"""Signed HTTP to the app's request URL."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import Any, cast
from urllib.parse import urlencode

import aiohttp

from adapters.simulators.slack.state import State
from adapters.simulators.slack.wire import Json

PATIENCE = 3.0


class Post:
    """One HTTP client for all requests to the app."""

    def __init__(self, service: State, http: aiohttp.ClientSession) -> None:
        self._house, self._http = service, http

    async def event(self, callback: Json, attempt: int, reason: str) -> str:
        """ "" when the app took it, else the reason that the next attempt names."""
        headers = {"content-type": "application/json"}
        if attempt:
            headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason}
        return (await self._send(json.dumps(callback).encode(), headers))[0]

    async def form(self, fields: Json) -> Json | None:
        """The app's answer to an interaction; None if there was none in time."""
        body = urlencode(fields).encode()
        reason, text = await self._send(body, {"content-type": "application/x-www-form-urlencoded"})
        return None if reason else _answer(text)

    async def _send(self, body: bytes, headers: dict[str, str]) -> tuple[str, str]:
        at = str(int(self._house.clock.now().timestamp()))
        signed = hmac.new(
            self._house.registration.signing_secret.encode(), f"v0:{at}:".encode() + body,
            hashlib.sha256,
        ).hexdigest()  # fmt: skip
        headers = {
            **headers, "x-slack-request-timestamp": at, "x-slack-signature": f"v0={signed}",
        }  # fmt: skip
        sending = asyncio.ensure_future(self._post(body, headers))
        late = asyncio.ensure_future(self._house.clock.sleep(PATIENCE))
        try:
            await asyncio.wait({sending, late}, return_when=asyncio.FIRST_COMPLETED)
            return sending.result() if sending.done() else ("http_timeout", "")
        finally:
            late.cancel()
            sending.cancel()

    async def _post(self, body: bytes, headers: dict[str, str]) -> tuple[str, str]:
        url = self._house.registration.request_url or ""
        try:
            async with self._http.post(url, data=body, headers=headers) as response:
                text = await response.text()
                if response.status < 300:
                    return "", text
                stop = response.headers.get("x-slack-no-retry") == "1"
                return ("stop" if stop else "http_error"), text
        except aiohttp.ClientError:
            return "connection_failed", ""


def _answer(text: str) -> Json:
    if not text:
        return {}
    try:
        found: Any = json.loads(text)
    except ValueError:
        return {"text": text}
    return cast("Json", found) if isinstance(found, dict) else {"text": text}
