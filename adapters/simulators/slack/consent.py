"""The page where a person agrees to an installation: here everybody agrees at once."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from adapters.simulators.slack.state import State


class Consent:
    def __init__(self, service: State) -> None:
        self._house = service

    async def answer(self, request: web.Request) -> web.Response:
        """Sends the browser back with a code. `team` chooses the workspace, the newest unless it
        is named."""
        back = request.query.get("redirect_uri", "")
        if request.query.get("client_id") != self._house.registration.client_id or not back:
            raise web.HTTPBadRequest(text="client_id and redirect_uri of the app are needed")
        team = request.query.get("team") or list(self._house.teams)[-1]
        code = self._house.grants.code(team)
        query = urlencode({"code": code, "state": request.query.get("state", "")})
        return web.Response(status=302, headers={"Location": f"{back}?{query}"})
