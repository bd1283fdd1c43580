"""Where the bytes of files go in and come out."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from adapters.simulators.slack.faults import Broken, CutBefore
from adapters.simulators.slack.file import File
from adapters.simulators.slack.state import State

UPLOAD = "upload"
LOGIN = "<!doctype html><html><head><title>Slack</title></head><body>Sign in</body></html>"


class Storage:
    def __init__(self, service: State) -> None:
        self._house = service

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/upload/v1/{team}/{file}", self.upload)
        app.router.add_get("/files-pri/{name}/{rest:.*}", self.download)

    async def upload(self, request: web.Request) -> web.Response:
        """Raw bytes, or one part of a form; as many as were announced. Its faults go by the name
        "upload"."""
        match self._house.faults.for_call(UPLOAD):
            case Broken(status=status):
                return web.Response(status=status, text="Server Error")
            case CutBefore() if request.transport is not None:
                request.transport.abort()
                return web.Response()
            case _:
                pass
        team = self._house.teams.get(request.match_info["team"])
        file = team.files.get(request.match_info["file"]) if team else None
        if team is None or file is None or file.done:
            raise web.HTTPNotFound(text="no such upload")
        data = await _bytes(request)
        if len(data) != file.length:
            raise web.HTTPBadRequest(text="the length is not what was announced")
        team.files[file.id] = replace(file, data=data)
        self._house.changes.note()
        return web.Response(text=f"OK - {len(data)}")

    async def download(self, request: web.Request) -> web.Response:
        """Without a token that may read it, Slack answers its login page with 200."""
        file = self._granted(request)
        if file is None or file.data is None:
            return web.Response(text=LOGIN, content_type="text/html")
        return web.Response(body=file.data, content_type=file.media_type)

    def _granted(self, request: web.Request) -> File | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        grant = self._house.grants.find(token.strip())
        team, _, name = request.match_info["name"].partition("-")
        if scheme.lower() != "bearer" or grant is None or grant.team != team:
            return None
        if grant.trouble(self._house.clock.now()) or "files:read" not in grant.scopes:
            return None
        return self._house.teams[team].files.get(name)


async def _bytes(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
    return b""
